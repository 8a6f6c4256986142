"""Messages that the rules cannot read go to a person, and the plainest words of crisis are known in other languages."""

import tomllib

import pytest

from shared.domain.assessment import Priority, Signpost
from shared.rules.engine import examine, summary
from shared.rules.packs import HERE

CRISIS = {
    "polish": "Już nie chcę żyć, mam dość",
    "romanian": "Nu mai vreau să trăiesc așa",
    "portuguese-and-spanish": "A veces pienso en quitarme la vida",
    "french-italian-german": "Ich möchte sterben, keiner hilft mir",
    "czech-slovak-hungarian": "Nem akarok élni",
    "lithuanian-latvian": "Nebenoriu gyventi",
    "bulgarian-russian-ukrainian": "Я не хочу жити, допоможіть",
    "turkish-albanian-kurdish": "Artık yaşamak istemiyorum",
    "arabic": "والله بدي موت",
    "persian-dari-pashto": "دیگه نمیخوام ادامه بدم",
    "urdu-hindi-panjabi": "bas ab marna chahti hoon",
    "bengali-sylheti-nepali": "আমি আর বাঁচতে চাই না",
    "tamil-malayalam": "எனக்கு வாழ பிடிக்கவில்லை",
    "chinese": "最近真的不想活了",
    "vietnamese-filipino": "ayoko nang mabuhay pa",
    "tigrinya-amharic-somali-swahili": "sitaki kuishi tena",
}


def rules(text: str) -> set[str]:
    return {finding.rule for finding in examine(text).findings}


def test_every_group_has_its_sentence() -> None:
    pack = tomllib.loads((HERE / "words/crisis-in-other-languages.toml").read_text("utf-8"))
    assert {group["name"] for group in pack["groups"]} == CRISIS.keys()


@pytest.mark.parametrize(("name", "text"), CRISIS.items())
def test_crisis_is_known(name: str, text: str) -> None:
    assert f"crisis-in-other-languages.{name}" in rules(text)
    assert summary(examine(text)) == (Priority.CRISIS, True, Signpost.NEED_HELP_NOW)


@pytest.mark.parametrize(
    "text",
    [
        "Dziękuję bardzo za pomoc, jestem wdzięczna",
        "Vă rog, unde este spitalul pentru copilul meu?",
        "Obrigada por tudo, mas não estou bem",
        "Спасибо большое за помощь",
        "شكرا جزيلا على المساعدة",
        "আপনাদের অনেক ধন্যবাদ",
        "谢谢你们的帮助",
        "Waan ku mahadsanid caawin badan",
        "zxcv qwer asdf uiop hjkl",
    ],
)
def test_what_cannot_be_read_goes_to_a_person(text: str) -> None:
    assert rules(text) >= {"unread.language"}
    priority, owed, _ = summary(examine(text))
    assert (priority.rank <= Priority.NORMAL.rank, owed) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you to everyone on the ward",
        "Lovely photo",
        "Café très chic, see you at the open day",
        "My mother speaks Polish (proszę bardzo!) and you found her an interpreter",
        "🎉🎉🎉",
        "Кіll joy",
        "Newcastle, Gateshead, Sunderland",
        "Bon voyage, Dr Smith",
        "",
    ],
)
def test_english_is_read(text: str) -> None:
    assert not rules(text) & {"unread.language"}
