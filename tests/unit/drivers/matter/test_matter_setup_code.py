"""Setup codes, both forms, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.errors import AdoptionError
from drivers.matter.setup_code import (
    SetupCode,
    check_digit,
    digits,
    manual_code,
    qr_text,
    read_code,
    tidied,
)

FORBIDDEN = {0, 12_345_678, 87_654_321, *(n * 11_111_111 for n in range(1, 10))}
passcodes = st.integers(1, 99_999_998).filter(lambda p: p not in FORBIDDEN)
numbers = st.integers(0, 0xFFFF)
full = st.builds(
    SetupCode,
    passcode=passcodes,
    discriminator=st.integers(0, 0xFFF),
    vendor=numbers,
    product=numbers,
    flow=st.integers(0, 3),
    found_by=st.integers(0, 0xFF),
    more=st.binary(max_size=40),
)
short = st.builds(
    SetupCode,
    passcode=passcodes,
    discriminator=st.integers(0, 15),
    is_short=st.just(value=True),
    vendor=numbers,
    product=numbers,
)


def test_the_code_of_the_standard_s_example_device_is_read_in_both_forms() -> None:
    # matter.js's default device: passcode 20202021, discriminator 3840, vendor 0xFFF1.
    whole = read_code("MT:Y.K90AFN00KA0648G00")
    assert (whole.passcode, whole.discriminator) == (20202021, 3840)
    assert (whole.vendor, whole.product, whole.found_by) == (0xFFF1, 0x8000, 0b100)
    brief = read_code("3497-011-2332")
    assert (brief.passcode, brief.discriminator, brief.is_short) == (20202021, 15, True)
    assert brief.is_of(3840)
    assert not brief.is_of(0x0FF)
    assert tidied(" 3497 011 2332 ") == "34970112332"
    assert tidied(" mt:y.k90afn00ka0648g00 ") == "MT:Y.K90AFN00KA0648G00"


@given(full)
def test_a_qr_code_that_is_written_is_read_as_it_was(code: SetupCode) -> None:
    assert read_code(qr_text(code)) == code


@given(short)
def test_a_manual_code_that_is_written_is_read_as_it_was(code: SetupCode) -> None:
    said = manual_code(code)
    assert len(said) == (21 if code.vendor or code.product else 11)
    assert read_code(said) == code


@given(full)
def test_both_codes_of_a_device_say_the_same(code: SetupCode) -> None:
    brief = read_code(manual_code(code))
    assert brief.passcode == code.passcode
    assert brief.is_of(code.discriminator)


@given(short, st.data())
def test_no_wrong_digit_and_no_two_changed_places_pass(
    code: SetupCode, data: st.DataObject
) -> None:
    said = manual_code(code)
    place = data.draw(st.integers(0, len(said) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != said[place]]))
    with pytest.raises(AdoptionError):
        read_code(said[:place] + other + said[place + 1 :])
    place = data.draw(st.integers(0, len(said) - 2))
    first, second = said[place], said[place + 1]
    if first != second:
        with pytest.raises(AdoptionError):
            read_code(said[:place] + second + first + said[place + 2 :])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "no Matter setup code"),
        ("123-45-678", "no Matter setup code"),
        ("34970112333", "check digit"),
        ("MT:", "too short"),
        ("MT:Y.K90AFN00KA0648G0", "cut short"),
        ("MT:Y.K90AFN00KA0648G0_", "'_'"),
        ("MT:ZZZZZZZZZZZZZZZZZZZZ", "misread"),
        ("MT:" + "0" * 1000, "longer"),
        (manual_code(SetupCode(11_111_111, 3, is_short=True)), "no device may have"),
        ("8" + "0" * 9 + check_digit("8" + "0" * 9), "8 or 9"),
        (qr_text(SetupCode(20202021, 5))[:-10], "too short"),
    ],
)
def test_what_is_wrong_with_a_code_is_named(said: str, words: str) -> None:
    with pytest.raises(AdoptionError, match=words):
        read_code(said)


def test_a_code_does_not_show_its_secret() -> None:
    code = read_code("34970112332")
    assert "20202021" not in repr(code)
    assert "20202021" not in f"{code}"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(said: str) -> None:
    try:
        code = read_code(said)
    except AdoptionError:
        return
    assert 0 < code.passcode < 99_999_999


def test_digits_are_those_of_a_code_alone() -> None:
    assert digits("34970112332") == "34970112332"
    assert digits("٣٤٩٧٠١١٢٣٣٢") == ""
    assert digits("349701123320") == ""
