"use strict";

function element(name, text, children = []) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.join(", ");
  return schema.type === "array" ? `list of ${typeOf(schema.items)}` : schema.type || "anything";
}

function rows(operation) {
  const found = (operation.parameters || []).map((one) => [`${one.name} (${one.in})`, typeOf(one.schema), one.description || ""]);
  for (const [type, body] of Object.entries(operation.requestBody?.content || {})) {
    const fields = Object.entries(body.schema?.properties || {});
    found.push(["body", type, fields.map(([name, schema]) => `${name}: ${typeOf(schema)}`).join("; ")]);
  }
  for (const [status, response] of Object.entries(operation.responses || {})) {
    const schema = Object.values(response.content || {})[0]?.schema;
    if (!status.startsWith("4")) found.push([`answer ${status}`, typeOf(schema), response.description || ""]);
  }
  return found.map((cells) => element("tr", "", [element("th", cells[0]), element("td", cells[1]), element("td", cells[2])]));
}

async function draw() {
  const api = await (await fetch("/openapi.json")).json();
  const sections = [];
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const title = element("h2", `${method.toUpperCase()} ${path}`);
      sections.push(element("section", "", [title, element("p", operation.description), element("table", "", rows(operation))]));
    }
  }
  document.getElementById("routes").replaceChildren(...sections);
}

draw();
