"""Hand-written parts of yogurt reviews: what people say of each aspect, by language and by how they liked it.

A phrase fits every product of its list: `{flavour}` is the flavour in the review's language; the aspect `fruit` is only asked of products with fruit.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "es"]
Mood = Literal["good", "bad"]

TITLES: dict[Language, dict[int, tuple[str, ...]]] = {
    "en": {
        5: ("Best yogurt in a long time", "Love it", "A new favourite", "Perfect for breakfast", "Worth every cent", "Simply delicious"),
        4: ("Very good", "Nearly perfect", "Good yogurt, small complaint", "Would buy again", "Tasty and fresh"),
        3: ("It is fine", "Mixed feelings", "Good and bad", "Average", "Not sure about this one"),
        2: ("Disappointing", "Expected more", "Not for me", "Used to be better", "Rather poor"),
        1: ("Never again", "Terrible", "Went straight into the bin", "Waste of money", "Very upset"),
    },
    "es": {
        5: ("El mejor yogur", "Me encanta", "Mi nuevo favorito", "Perfecto para desayunar", "Vale cada céntimo", "Una delicia"),
        4: ("Muy bueno", "Casi perfecto", "Bueno, con una pega", "Repetiré", "Rico y fresco"),
        3: ("No está mal", "Ni fu ni fa", "Cosas buenas y malas", "Normalito", "No me convence del todo"),
        2: ("Decepcionante", "Esperaba más", "No es para mí", "Antes era mejor", "Bastante flojo"),
        1: ("Nunca más", "Horrible", "Directo a la basura", "Tirar el dinero", "Qué enfado"),
    },
}

OPENERS: dict[Language, dict[int, tuple[str, ...]]] = {
    "en": {
        5: (
            "I buy this every week.",
            "My whole family loves it.",
            "What a nice surprise!",
            "Finally a yogurt that tastes like homemade.",
            "We finished the pack in one evening.",
        ),
        4: (
            "I am happy with it overall.",
            "A solid choice for the office.",
            "I tried it because of the offer and I liked it.",
            "We have bought it three times now.",
        ),
        3: (
            "I do not know what to think of it.",
            "It does the job.",
            "I bought it on a Saturday because it was on offer.",
            "Some things are good, others are not.",
        ),
        2: ("I had read good things about it, but no.", "I used to like this brand.", "My children left half of it.", "I wanted to like it."),
        1: (
            "I am really angry.",
            "This was the worst purchase of the month.",
            "I have never had such a bad yogurt.",
            "I opened it and closed it again.",
        ),
    },
    "es": {
        5: (
            "Lo compro todas las semanas.",
            "A toda la familia le encanta.",
            "¡Qué grata sorpresa!",
            "Por fin un yogur que sabe a casero.",
            "Nos duró una tarde.",
        ),
        4: ("En general, bien.", "Una buena opción para la oficina.", "Lo probé por la oferta y me gustó.", "Ya lo hemos comprado tres veces."),
        3: ("No sé qué pensar.", "Cumple, sin más.", "Lo compré un sábado porque estaba de oferta.", "Tiene cosas buenas y cosas malas."),
        2: ("Me habían hablado bien de él, pero no.", "Antes me gustaba esta marca.", "Mis hijos dejaron la mitad.", "Quería que me gustara."),
        1: ("Menudo disgusto.", "La peor compra del mes.", "Nunca había probado un yogur tan malo.", "Lo abrí y lo volví a cerrar."),
    },
}

ASPECTS: dict[Language, dict[str, dict[Mood, tuple[str, ...]]]] = {
    "en": {
        "taste": {
            "good": (
                "The {flavour} taste is wonderful.",
                "It tastes fresh and natural.",
                "The flavour is rich without being heavy.",
                "Great taste, mild and creamy.",
            ),
            "bad": (
                "The {flavour} taste is artificial.",
                "It tastes of almost nothing.",
                "There is a bitter aftertaste.",
                "The flavour is far too sour for me.",
            ),
        },
        "texture": {
            "good": ("The texture is thick and smooth.", "So creamy that the spoon stands in it.", "It is silky, with no lumps at all."),
            "bad": ("The texture is watery.", "It is full of lumps.", "Far too runny, more a drink than a yogurt.", "It feels grainy on the tongue."),
        },
        "sweetness": {
            "good": (
                "It is not too sweet, which I like.",
                "Just the right amount of sugar.",
                "Sweet enough for the children and light enough for me.",
            ),
            "bad": ("Way too much sugar.", "It is so sweet that I could not finish the cup.", "They should cut the sugar by half."),
        },
        "fruit": {
            "good": ("There are real pieces of fruit in it.", "The fruit is plenty and of good quality.", "You can see and taste the fruit."),
            "bad": ("I found hardly any fruit.", "The fruit is just jam.", "Where is the fruit that the label promises?"),
        },
        "price": {
            "good": ("The price is very fair.", "Great value for money.", "At this price I take two packs."),
            "bad": ("It is too expensive for such a small cup.", "The price went up again.", "For this price I expect more."),
        },
        "packaging": {
            "good": ("The cup is easy to open and to recycle.", "I like the new paper packaging.", "The resealable lid is practical."),
            "bad": ("The lid was torn and half of it leaked into my bag.", "Too much plastic around it.", "The foil never comes off in one piece."),
        },
        "freshness": {
            "good": ("It stays fresh for days.", "The best-before date was three weeks away.", "Always fresh when I buy it."),
            "bad": ("It had expired two days before I bought it.", "There was mould under the lid.", "It already smelled sour when I opened it."),
        },
        "service": {
            "good": (
                "The staff at the cold shelf were very helpful.",
                "The lady at the till was friendly and quick.",
                "The shelves were full and tidy.",
            ),
            "bad": ("Nobody in the shop wanted to help me.", "I waited twenty minutes at the till.", "The shop refused to refund me."),
        },
    },
    "es": {
        "taste": {
            "good": (
                "El sabor a {flavour} es maravilloso.",
                "Sabe a fresco y natural.",
                "Tiene mucho sabor sin ser pesado.",
                "Muy buen sabor, suave y cremoso.",
            ),
            "bad": ("El sabor a {flavour} es artificial.", "No sabe a casi nada.", "Deja un regusto amargo.", "El sabor es demasiado ácido para mí."),
        },
        "texture": {
            "good": ("La textura es espesa y suave.", "Es tan cremoso que la cuchara se queda de pie.", "Muy fino, sin ningún grumo."),
            "bad": ("La textura es aguada.", "Está lleno de grumos.", "Demasiado líquido, más bebida que yogur.", "Se nota arenoso en la boca."),
        },
        "sweetness": {
            "good": ("No es demasiado dulce y eso me gusta.", "Tiene el azúcar justo.", "Dulce para los niños y ligero para mí."),
            "bad": ("Lleva demasiado azúcar.", "Es tan dulce que no pude terminarlo.", "Deberían quitarle la mitad del azúcar."),
        },
        "fruit": {
            "good": ("Lleva trozos de fruta de verdad.", "Mucha fruta y de buena calidad.", "La fruta se ve y se nota."),
            "bad": ("Casi no encontré fruta.", "La fruta es pura mermelada.", "¿Dónde está la fruta que promete la etiqueta?"),
        },
        "price": {
            "good": ("El precio es muy justo.", "Muy buena relación calidad-precio.", "A este precio me llevo dos packs."),
            "bad": ("Es demasiado caro para un vaso tan pequeño.", "Han vuelto a subir el precio.", "Por este precio espero más."),
        },
        "packaging": {
            "good": (
                "El envase se abre bien y se recicla.",
                "Me gusta el nuevo envase de cartón.",
                "La tapa que se vuelve a cerrar es muy práctica.",
            ),
            "bad": ("La tapa venía rota y se me derramó en la bolsa.", "Demasiado plástico.", "El precinto nunca sale entero."),
        },
        "freshness": {
            "good": ("Se conserva fresco varios días.", "Le quedaban tres semanas para caducar.", "Siempre está fresco cuando lo compro."),
            "bad": ("Estaba caducado desde hacía dos días.", "Tenía moho debajo de la tapa.", "Ya olía agrio al abrirlo."),
        },
        "service": {
            "good": ("El personal de la tienda fue muy amable.", "La cajera fue simpática y rápida.", "Las estanterías estaban llenas y ordenadas."),
            "bad": ("Nadie en la tienda quiso ayudarme.", "Esperé veinte minutos en la caja.", "La tienda no quiso devolverme el dinero."),
        },
    },
}

TURNS: dict[Language, dict[Mood, tuple[str, ...]]] = {
    "en": {"good": ("On the other hand: ", "At least one good thing: ", "To be fair: "), "bad": ("One complaint: ", "The only downside: ", "But: ")},
    "es": {"good": ("Por otro lado: ", "Al menos algo bueno: ", "Eso sí: "), "bad": ("Una pega: ", "Lo único malo: ", "Pero: ")},
}
"""What leads over to the first aspect that goes against the review's mood."""

CLOSERS: dict[Language, dict[int, tuple[str, ...]]] = {
    "en": {
        5: ("Highly recommended!", "I will buy it again for sure.", "Please never change it.", "Ten out of ten.", ""),
        4: ("I will buy it again.", "Recommended.", "Good job.", ""),
        3: ("Maybe I will try another flavour.", "I might buy it when it is on offer.", "Does the recipe differ from shop to shop?", ""),
        2: ("I will not buy it again soon.", "I will go back to my old brand.", "Not worth it.", ""),
        1: ("Do not buy it.", "I want my money back.", "How can they sell this?", "I threw it away.", ""),
    },
    "es": {
        5: ("¡Muy recomendable!", "Lo volveré a comprar seguro.", "Por favor, no lo cambiéis nunca.", "Un diez.", ""),
        4: ("Lo volveré a comprar.", "Recomendable.", "Buen trabajo.", ""),
        3: ("Quizá pruebe otro sabor.", "Puede que lo compre si está de oferta.", "¿Cambia la receta según la tienda?", ""),
        2: ("Tardaré en volver a comprarlo.", "Vuelvo a mi marca de siempre.", "No merece la pena.", ""),
        1: ("No lo compréis.", "Quiero que me devuelvan el dinero.", "¿Cómo pueden vender esto?", "Lo tiré.", ""),
    },
}
