"""The page on labels of other programs names the forms that there are, and what each can do."""

from campaigns.datasets.exchange.door import FORMS
from tests.architecture.documents import PAGES, codes, rows


def test_the_table_of_forms_is_the_registry() -> None:
    told = {codes(name)[0]: (reads, writes) for name, reads, writes, *_ in rows(PAGES["exchange"], "form")}
    assert told == {name: ("yes", "yes" if form.write else "–") for name, form in FORMS.items()}
