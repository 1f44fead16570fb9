"""A session between this machine and a far place: the asesi's browser lives behind a bad link."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.e2e.beacon import SCRIPT
from tests.e2e.browsers import FLAGS, Person, chromium_path
from tests.e2e.room import Room
from tests.net.far import Far, far_away
from tests.services.processes import free_ports
from tests.services.product import Product

Opener = Callable[[Playwright, Path | None], Browser]


@dataclass
class Distance:
    """A product that is reached over ``far``'s link, and a session in it."""

    product: Product
    far: Far
    asesi: Room
    asesor: Room


@contextmanager
def product_far(data_dir: Path, far: Far, **environment: str) -> Iterator[Product]:
    """The product, under the address that both sides of the link know."""
    product = Product(data_dir, environment)
    product.base_url = f"http://{far.near}:{product.port}"
    product.environment |= {
        "SITE_URL": product.base_url,
        "ALLOWED_HOSTS": f"{far.near},127.0.0.1",
        "HOST": "0.0.0.0",
    }
    product.start()
    try:
        yield product
    finally:
        if product.stop() not in {0, 130}:
            print(product.words())


@contextmanager
def product_on_lan(data_dir: Path, far: Far, **environment: str) -> Iterator[Product]:
    """The product with ``LAN=1`` at ``far.near``: HTTPS on 443 there, plain HTTP on loopback."""
    product = Product(data_dir, environment)
    product.base_url = f"https://{far.near}"
    product.environment |= {
        "LAN": "1",
        "LAN_ADDRESS": far.near,
        "LAN_PORT": "443",
        "LAN_HTTP_PORT": str(free_ports(1)[0]),
        "SITE_URL": product.base_url,
    }
    product.start()
    try:
        yield product
    finally:
        if product.stop() not in {0, 130}:
            print(product.words())


def launch_at(playwright: Playwright, product: Product, program: Path | str) -> Browser:
    """A Chromium that takes the product's plain address for a secure one."""
    flags = [*FLAGS, f"--unsafely-treat-insecure-origin-as-secure={product.base_url}"]
    return playwright.chromium.launch(executable_path=str(program), args=flags)


@contextmanager
def distance(
    playwright: Playwright,
    folder: Path,
    *,
    away: str = "asesi",
    scripts: Mapping[str, str] | None = None,
    **environment: str,
) -> Iterator[Distance]:
    """Both in the room, each sees the other; both send the beacon."""
    with (
        far_away() as far,
        product_far(folder / "data", far, **environment) as product,
        logged_in(playwright, folder, far, product, away=away, scripts=scripts) as there,
    ):
        there.asesor.enter()
        there.asesi.enter()
        yield there


@contextmanager
def logged_in(
    playwright: Playwright,
    folder: Path,
    far: Far,
    product: Product,
    *,
    away: str = "asesi",
    scripts: Mapping[str, str] | None = None,
) -> Iterator[Distance]:
    """Both at the room's door.

    ``away`` is who sits behind the link; ``scripts``: what runs in a person's page before it.
    """
    there = far.command(folder / "chromium-there", chromium_path())
    names = ("asesi", "asesor")
    browsers = [
        launch_at(playwright, product, there if name == away else chromium_path()) for name in names
    ]
    try:
        made = product.json("demo_session")
        rooms = []
        for browser, name in zip(browsers, names, strict=True):
            person = Person(browser, product, made[name])
            for script in (SCRIPT, (scripts or {}).get(name, "")):
                person.context.add_init_script(script)
            rooms.append(Room(person, made["session"]))
        asesi, asesor = rooms
        yield Distance(product, far, asesi, asesor)
    finally:
        for browser in browsers:
            browser.close()
