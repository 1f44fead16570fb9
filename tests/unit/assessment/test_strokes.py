import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.strokes import HEIGHT, MOST, WIDTH, as_svg, checked
from ajj.kernel.errors import Invalid

POINT = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
STROKE = st.lists(POINT, min_size=2, max_size=20)


def path_of(strokes) -> str:
    return "".join(
        f"M{stroke[0][0]} {stroke[0][1]}" + "".join(f"L{x} {y}" for x, y in stroke[1:])
        for stroke in strokes
    )


@given(st.lists(STROKE, min_size=1, max_size=6))
def test_strokes_on_the_pad_are_drawn_as_they_are(strokes):
    path = path_of(strokes)
    assert f'd="{path}"' in as_svg(checked(path))


def test_nothing_drawn_is_nothing():
    assert (checked(""), as_svg("")) == ("", "")


@pytest.mark.parametrize(
    "path",
    [
        "M1 2",
        "L1 2L3 4",
        "M1 2L601 3",
        "M1 2L3 201",
        'M1 2L3 4"/><script/>',
        "M1 2L3 4\n",
        "M-1 2L3 4",
        "M1 2C3 4 5 6 7 8",
        "M1 2" + "L3 4" * MOST,
    ],
)
def test_anything_else_is_refused(path):
    with pytest.raises(Invalid) as refused:
        checked(path)
    assert refused.value.code == "bad_drawing"
