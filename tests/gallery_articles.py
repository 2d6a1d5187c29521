"""The gallery's articles: a help center of a maker of lamps that has everything an article can have."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

CONNECT = """\
---
title: Connect a lamp to the hub
description: A new lamp is ready in two minutes. The hub has to be within ten metres.
questions: [How do I add a lamp?, My lamp is not found]
tags: [lamps, hub]
featured: true
weight: 1
updated: 2026-05-27
---
Before you begin, read [what the hub needs](../hub/reset.md#before) and keep the box: its label has the code.

> [!NOTE]
> One hub keeps up to **40 lamps**. More of them need a second hub.

## Add the lamp

1. Open the app and choose **Lamps**, then **Add**.
2. Switch the lamp on. It blinks three times.

   When it does not blink, it belongs to another hub: [reset it](../hub/reset.md) first.
3. Type the code of its label, such as `LMP-4711`.
4. Choose the room.

## Where the code is

The code has three letters and four digits. It stands below the mark of the maker.

![The label of a lamp, with its code in the lower line](label.png)

> [!WARNING] The code is a key
> Whoever has it can add the lamp to a hub of theirs. Cut it out of photos that you send.

## Lamps and sockets

| Lamp | Socket | Light | Power | Lasts | Since |
|---|---|---:|---:|---:|---|
| Globe | E27 | 806 lm | 8.5 W | 25,000 h | 2023 |
| Candle | E14 | 470 lm | 4.9 W | 25,000 h | 2023 |
| Spot | GU10 | 350 lm | 4.2 W | 20,000 h | 2024 |
| Strip, two metres | plug | 1,600 lm | 20 W | 30,000 h | 2025 |

## From the command line

The hub answers on port 8080. Press <kbd>Ctrl</kbd> <kbd>C</kbd> to stop.

```bash
curl --silent http://hub.local:8080/lamps?room=kitchen&state=unknown --header "Accept: application/json"
export HUB=hub.local  # or its address
```

=== "On the web"

    Choose **Devices** at the top.

=== "On the phone"

    Choose the lamp at the bottom.

<details><summary>What is sent when a lamp is added?</summary>

Its code and the name of the room, and nothing else.

</details>

> [!TIP]
> A lamp that was moved finds its hub by itself within a minute.[^1]

[^1]: With version 3.2 of the hub or a newer one.
"""
LONG = "What to do when the lamps of several rooms were renamed by somebody else and the routines of the evening do not know them any more"
# Swedish and Hebrew: kb has no list of common words of theirs, which takes a second to prepare.
ARTICLES: dict[str, str] = {
    "lamps/index.md": "---\ntitle: Lamps and hubs\ndescription: Set up, move and reset what gives light.\nicon: lightbulb\nweight: 1\n---\nEverything that has a plug.\n",
    "lamps/connect.md": CONNECT,
    "lamps/flicker.md": (
        "---\ntitle: A lamp flickers\ndescription: Dimmers of old make it flicker.\ntags: [lamps]\nupdated: 2026-04-02\n---\n"
        "Take out the old dimmer, or set it to its highest step.\n\n## At night only\n\nThe mains are weaker then. Set the lamp to 80 %.\n"
    ),
    "lamps/renamed.md": (
        f"---\ntitle: {LONG}\ntags: [lamps, rooms]\nupdated: 2026-02-11\n---\n"
        "Open **Rooms**, choose **History** and take the change back. Donaudampfschifffahrtsgesellschaftskapitänsmütze is a long word.\n"
    ),
    "lamps/colours.md": "---\ntitle: Change the colour of a lamp\ntags: [lamps]\nupdated: 2026-03-20\n---\nTouch the lamp in the app and turn the wheel.\n",
    "lamps/hub/index.md": "---\ntitle: Hub\ndescription: The box that speaks with the lamps.\nicon: wifi\n---\n",
    "lamps/hub/reset.md": (
        "---\ntitle: Reset the hub\ndescription: It forgets its lamps and its password.\ntags: [hub]\nupdated: 2026-05-30\n---\n"
        "## Before {#before}\n\nKeep a copy of your routines.\n\n> [!CAUTION]\n> Lamps have to be added again.\n\n"
        "## Press the button\n\nPress the small button for ten seconds.\n\n## Set it up again\n\nAs on the first day.\n"
    ),
    "lamps/hub/update.md": "---\ntitle: Update the hub\ntags: [hub]\nupdated: 2026-05-12\n---\nThe hub updates itself at night.\n",
    "billing/index.md": "---\ntitle: Orders and billing\ndescription: Invoices, refunds and plans.\nicon: credit-card\nweight: 2\n---\n",
    "billing/refund.md": (
        "---\ntitle: Get a refund\ndescription: Within 30 days, without a reason.\nid: refunds\nfeatured: true\ntags: [orders]\nupdated: 2026-05-04\n---\n"
        "## When\n\nWithin 30 days after the parcel came.\n\n## How\n\n1. Open **Orders**.\n2. Choose **Send back**.\n3. Print the label.\n\n## How long it takes\n\nFive working days.\n"
    ),
    "billing/invoice.md": "---\ntitle: Download an invoice\nupdated: 2026-01-15\ntags: [orders]\n---\nOpen **Orders** and choose **Invoice**.\n",
    "billing/cancel.md": "---\ntitle: Cancel the light plan\nfeatured: true\ntags: [orders]\nupdated: 2026-05-20\n---\nOpen **Plan** and choose **Cancel**. You keep what you have paid for.\n",
    "billing/avsluta.md": (
        "---\ntitle: Avsluta ljusplanen\nlang: sv\ndescription: När som helst till månadens slut.\nupdated: 2026-05-20\n---\n"
        "Öppna **Plan** och välj **Avsluta**. Du behåller det du har betalat för.\n\n## Innan\n\nLadda ner dina fakturor.\n"
    ),
    "billing/bitul.md": (
        "---\ntitle: ביטול המינוי שלך\nslug: bitul\nlang: he\nsummary: הפסיקו לשלם מתי שתרצו.\nupdated: 2026-05-20\n---\n"
        "לחצו על `Cancel --now`.\n\n> [!WARNING]\n> הורידו קודם את החשבוניות.\n\n## לפני\n\n1. פתחו את ההגדרות.\n2. בחרו את התוכנית.\n3. אשרו.\n\n"
        "## אחרי\n\n| תוכנית | מחיר |\n|---|---:|\n| קטנה | 8 |\n\n## ואז\n\n```bash\nkb build\n```\n"
    ),
    "account/index.md": "---\ntitle: Your account\ndescription: Password, people and data.\nicon: user\nweight: 3\n---\n",
    "account/password.md": "---\ntitle: Reset your password\nkeywords: [login, sign in]\ntags: [account]\nupdated: 2026-04-18\n---\nWe send you an e-mail with a link.\n\n## No e-mail arrived\n\nLook into the spam folder.\n",
    "account/faq.md": (
        "---\ntitle: Questions about your account\ntags: [account]\nupdated: 2026-05-01\n---\nShort answers.\n\n"
        "## Can I change my name?\n\nYes, under **Profile**.\n\n## Can two people share an account?\n\nNo. Invite them:\n\n- up to five people\n- each with a password of their own\n\n"
        "## Where is my data?\n\nIn Frankfurt and nowhere else.\n"
    ),
    "account/pause.md": "---\ntitle: Pause the light plan\nstatus: draft\nupdated: 2026-06-01\n---\nFor up to three months.\n",
    "account/by-hand.md": "---\ntitle: Refund by hand\naudience: staff\nupdated: 2026-05-09\n---\nAsk the lead above 100 euros.\n",
    "account/thanks.md": "---\ntitle: Thanks for waiting\ntype: reply\n---\nThank you for your patience. Your parcel is on its way.\n",
    "press/index.md": "---\ntitle: Press\ndescription: For people who write about us.\nicon: newspaper\nweight: 9\n---\n",
    "press/kit.md": "---\ntitle: Pictures for the press\nhidden: true\n---\nOur logo in all sizes.\n",
}  # fmt: skip

GERMAN: dict[str, str | bytes] = {
    "lampen/index.md": "---\ntitle: Lampen und Zentralen\ndescription: Einrichten, umziehen, zurücksetzen.\nicon: lightbulb\n---\n",
    "lampen/verbinden.md": (
        "---\ntitle: Eine Lampe mit der Zentrale verbinden\nslug: verbinden\ndescription: Eine neue Lampe ist in zwei Minuten bereit.\n"
        "featured: true\ntags: [Lampen]\nupdated: 2026-01-27\n---\nBewahren Sie die Schachtel auf: Auf ihrem Etikett steht der Code.\n\n"
        "## Die Lampe hinzufügen\n\n1. Öffnen Sie **Lampen**.\n2. Schalten Sie die Lampe ein.\n3. Geben Sie den Code ein.\n\n"
        "> [!NOTE]\n> Eine Zentrale steuert bis zu 40 Lampen.\n\n## Wo der Code steht\n\nUnter dem Zeichen des Herstellers.\n\n## Danach\n\nGeben Sie ihr einen Namen.\n"
    ),
    "lampen/flackern.md": "---\ntitle: Eine Lampe flackert\ntags: [Lampen]\nupdated: 2026-04-02\n---\nBauen Sie den alten Dimmer aus.\n",
    "rechnungen/index.md": "---\ntitle: Bestellungen und Rechnungen\nicon: credit-card\n---\n",
    "rechnungen/widerruf.md": "---\ntitle: Geld zurückbekommen\ndescription: Innerhalb von 30 Tagen, ohne Begründung.\nfeatured: true\nupdated: 2026-05-04\n---\nWählen Sie **Zurücksenden**.\n",
    "lampen/connect.md": "---\ntitle: Connect a lamp to the hub\nlang: en\nslug: connect\ntranslates: verbinden\nupdated: 2026-01-27\n---\nKeep the box.\n",
    "fragen.md": "---\ntitle: Fragen\nslug: fragen\ntype: faq\nupdated: 2026-05-01\n---\n## Kann ich meinen Namen ändern?\n\nJa, unter **Profil**.\n\n## Wo liegen meine Daten?\n\nIn Frankfurt.\n\n## Wer sieht sie?\n\nNur Sie.\n",
}  # fmt: skip

HEBREW: dict[str, str | bytes] = {
    "billing/index.md": "---\ntitle: הזמנות וחשבוניות\ndescription: חשבוניות, החזרים ותוכניות.\nicon: credit-card\n---\n",
    "billing/bitul.md": ARTICLES["billing/bitul.md"].replace("lang: he\n", "featured: true\n"),
    "billing/heshbonit.md": "---\ntitle: הורדת חשבונית\nslug: heshbonit\nupdated: 2026-01-15\n---\nפתחו את **הזמנות**.\n",
    "billing/sheelot.md": "---\ntitle: שאלות על המינוי\nslug: sheelot\ntype: faq\nupdated: 2026-05-01\n---\n## איך מבטלים?\n\nבהגדרות.\n\n## מתי?\n\nבכל עת.\n\n## איפה הקוד?\n\nעל התווית.\n",
}  # fmt: skip


def articles() -> dict[str, str | bytes]:
    return {**ARTICLES, "lamps/label.png": _picture()}


def _picture() -> bytes:
    """A label, larger than an article is wide, so that it opens large."""
    image = Image.new("RGB", (1500, 700), "#e9e4da")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((90, 80, 1410, 620), 60, fill="#fffdf8", outline="#8a8172", width=6)
    draw.ellipse((170, 160, 430, 420), fill="#d9a441")
    for line, width in enumerate((820, 760, 520)):
        top = 180 + line * 80
        draw.rounded_rectangle((520, top, 520 + width, top + 36), 18, fill="#b9b1a2")
    draw.rounded_rectangle((170, 490, 1100, 560), 20, fill="#3b3f45")
    kept = io.BytesIO()
    image.quantize(16).save(kept, "PNG", optimize=True)
    return kept.getvalue()
