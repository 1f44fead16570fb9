from xml.etree import ElementTree as ET

from ajj.certificates.guilloche import band, rosette


def test_the_ornament_belongs_to_its_certificate():
    assert rosette("a") == rosette("a")
    assert rosette("a") != rosette("b")
    assert band("a") != band("b")


def test_the_rosette_stays_on_its_field():
    for seed in "abcdefgh":
        for path in ET.fromstring(rosette(seed)).iter("{http://www.w3.org/2000/svg}path"):
            numbers = path.attrib["d"].replace("M", "").replace("L", " ").replace("Z", "").split()
            assert all(0 <= float(number) <= 1000 for number in numbers)
