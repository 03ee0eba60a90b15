"""Whole Extractions of a small review file and of an e-mail, both written here."""

from __future__ import annotations

import json
from email.message import EmailMessage

from adapters.nlp.local import LocalLanguage
from schemas.extractions import ReviewExtraction
from tests.pagetools import source, tools
from workers.messages.pipeline import MessagePipeline
from workers.reviews.pipeline import ReviewPipeline

ENGINE = LocalLanguage(LocalLanguage.Options())

REVIEWS = """Reseña;Puntuación;Título;Fecha;Tienda;Producto
"El yogur es cremoso y muy rico, lo compro siempre; costó 1,20 €.";5/5;Mi favorito;25/03/2024;Calle Mayor 3;Yogur griego 4 x 125 g
"No me gustó nada: demasiado dulce
y la tapa llegó rota.";2/5;Decepción;02/04/2024;Calle Mayor 3;Yogur griego 4 x 125 g
;;;;;
"The yogurt is fine, but the delivery was late and nobody answered at help@example.org.";3/5;;14/04/2024;;Yogur griego 4 x 125 g
"el yogur es CREMOSO y muy rico, lo compro siempre; costó 1,20 €.";1/5;;15/04/2024;;
"""


def test_a_table_of_reviews(golden, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, "utf-8")
    file = source(path, "text/csv", retailer="Lactea", region="Norte")
    extraction = ReviewPipeline().extract(file, None, tools(tmp_path, nlp=ENGINE)).extraction
    golden("reviews", extraction)
    read = ReviewExtraction.model_validate_json(extraction.model_dump_json(by_alias=True))
    assert [row.review_no for row in read.reviews] == [1, 2, 4, 5]


def test_an_e_mail_with_an_attachment(golden, tmp_path):
    message = EmailMessage()
    message["From"] = "Ana Ruiz <ana@example.org>"
    message["To"] = "Servicio <help@example.org>, ventas@example.org"
    message["Subject"] = "Pedido con retraso"
    message["Date"] = "Tue, 05 Mar 2024 10:00:00 +0100"
    message["Message-ID"] = "<2@example.org>"
    message["References"] = "<1@example.org>"
    message.set_content(
        "Buenos días,\n\nmi pedido del 3 de marzo de 2024 (24,90 €) no ha llegado. ¿Pueden llamarme al +34 912 345 678?\n\nGracias,\nAna"
    )
    message.add_attachment(b"%PDF-1.4\n%%EOF\n", maintype="application", subtype="pdf", filename="factura.pdf")
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    out = tmp_path / "out"
    out.mkdir()
    result = MessagePipeline().extract(source(path, "message/rfc822"), None, tools(out, nlp=ENGINE))
    golden("message", result.extraction)
    assert json.loads(result.extraction.model_dump_json(by_alias=True))["messages"][0]["class"] is None
