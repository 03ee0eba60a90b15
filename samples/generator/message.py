"""One e-mail with the brochure attached. Date, message id and boundary are fixed, so the bytes follow from the brochure's."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

BODY = """\
Good morning,

attached is the Moolane brochure for the week of 23 November 2026, two pages.

Could you please confirm until Tuesday that the strawberry yogurt (4 x 125 g, 1.79 EUR)
and the iced coffee coupon are set up at all tills? Last week two customers in Port Ellary
complained that the coupon was refused.

Thank you and kind regards
Moolane advertising
"""


def brochure_mail(pdf: bytes, name: str) -> bytes:
    """An RFC 5322 message with `pdf` attached as `name`; the reserved TLD `.example` names nobody."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Moolane advertising <advertising@moolane.example>"
    mail["To"] = "Store managers <stores@moolane.example>"
    mail["Subject"] = "Brochure for week 48: please confirm prices and coupon"
    mail["Date"] = "Thu, 19 Nov 2026 08:12:00 +0100"
    mail["Message-ID"] = "<20261119.0812.week48@moolane.example>"
    mail.set_content(BODY)
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    mail.set_boundary("==moolane-week-48==")
    return mail.as_bytes()
