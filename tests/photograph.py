#!/usr/bin/env python3
"""Does the code on a certificate survive being photographed?

usage: photograph.py CERT.pdf

Renders the page (pdftoppm of poppler-utils) at 100, 150 and 300 dpi, makes 10 simulated photographs of each (6 %
perspective: every corner moves by up to 3 % either way, so that opposite edges differ by up to 6 %; turned up to 15
degrees, blur, noise, uneven light, JPEG quality 40) and reads each with zbar (zbarimg of
zbar-tools) and with zxing-cpp; then the flat page with a blot over 5 % of the symbol, 10 places. The bar: of the 30
photographs at least 28 are read by both, and every blot is survived by at least one reader at 300 dpi. The same
photographs with twice the tilt (corners up to 6 % either way) are counted too, for information: no bar.
Prints what was read; exit status 1 below the bar.

pip install numpy opencv-python-headless zxing-cpp
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import zxingcpp

DPI = (100, 150, 300)
EACH = 10
BAR = 28
TILT = 0.03


def page(pdf: Path, dpi: int, folder: Path) -> np.ndarray:
    target = folder / f"page-{dpi}"
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "-singlefile", str(pdf), str(target)], check=True)
    return cv2.imread(f"{target}.png", cv2.IMREAD_COLOR)


def zbar(image: np.ndarray, folder: Path) -> str | None:
    file = folder / "photograph.png"
    cv2.imwrite(str(file), image)
    done = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)], capture_output=True)
    return done.stdout.decode().strip() or None


def zxing(image: np.ndarray) -> str | None:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None


def corners(image: np.ndarray) -> np.ndarray:
    """The symbol's corners: top left, top right, bottom right, bottom left."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    if not found:
        sys.exit("no code on the flat page")
    at = found[0].position
    return np.array([[p.x, p.y] for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)], np.float32)


def photograph(image: np.ndarray, dpi: int, random: np.random.Generator, tilt: float = TILT) -> np.ndarray:
    """A picture of the symbol and its surroundings, as a hand holds a telephone."""
    symbol = corners(image)
    left, top = symbol.min(axis=0)
    right, bottom = symbol.max(axis=0)
    side = max(right - left, bottom - top)
    margin = int(side * 0.35)
    x0, y0 = max(int(left) - margin, 0), max(int(top) - margin, 0)
    part = image[y0:int(bottom) + margin, x0:int(right) + margin]
    height, width = part.shape[:2]
    # Perspective: every corner moves by up to `tilt` of the side; then the turn about the middle.
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    tilted = flat + random.uniform(-tilt, tilt, (4, 2)).astype(np.float32) * [width, height]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-15, 15), 1.0)
    room = int(0.25 * max(width, height))
    turned = np.hstack([tilted, np.ones((4, 1))]) @ turn.T + room
    matrix = cv2.getPerspectiveTransform(flat, turned.astype(np.float32))
    size = (width + 2 * room, height + 2 * room)
    photo = cv2.warpPerspective(part, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(196, 200, 204))
    # Blur grows with the resolution of the picture, as a lens that is out of focus does.
    photo = cv2.GaussianBlur(photo, (0, 0), random.uniform(0.5, 0.9) * max(1.0, dpi / 150))
    ramp_x, ramp_y = np.meshgrid(np.linspace(-1, 1, photo.shape[1]), np.linspace(-1, 1, photo.shape[0]))
    angle = random.uniform(0, 2 * np.pi)
    light = 0.8 + 0.2 * (np.cos(angle) * ramp_x + np.sin(angle) * ramp_y)
    photo = photo * light[..., None] + random.normal(0, 14, photo.shape)
    _, packed = cv2.imencode(".jpg", np.clip(photo, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 40])
    return cv2.imdecode(packed, cv2.IMREAD_COLOR)


def blot(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A dark or light square over 5 % of the symbol, away from its three finder patterns."""
    (left, top), (right, bottom) = corners(image).min(axis=0), corners(image).max(axis=0)
    side = (right - left) * 0.05 ** 0.5
    finder = (right - left) * 0.16
    while True:
        x, y = random.uniform(left, right - side), random.uniform(top, bottom - side)
        in_x, in_y = x < left + finder, y < top + finder
        far_x, far_y = x + side > right - finder, y + side > bottom - finder
        if not ((in_x and in_y) or (far_x and in_y) or (in_x and far_y)):
            break
    spoiled = image.copy()
    colour = (255, 255, 255) if random.random() < 0.5 else (40, 40, 40)
    cv2.rectangle(spoiled, (int(x), int(y)), (int(x + side), int(y + side)), colour, -1)
    return spoiled


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    pdf = Path(sys.argv[1])
    both, blots = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = zxing(page(pdf, 300, folder))
        print(f"text of {len(truth or '')} characters")
        for dpi in DPI:
            flat = page(pdf, dpi, folder)
            random = np.random.default_rng(dpi)
            photos = [photograph(flat, dpi, random) for _ in range(EACH)]
            read = [(zbar(photo, folder) == truth, zxing(photo) == truth) for photo in photos]
            both += sum(a and b for a, b in read)
            steep = [photograph(flat, dpi, random, 2 * TILT) for _ in range(EACH)]
            hard = [(zbar(photo, folder) == truth, zxing(photo) == truth) for photo in steep]
            plain = (zbar(flat, folder) == truth, zxing(flat) == truth)
            print(f"{dpi:3} dpi  flat zbar {plain[0]} zxing {plain[1]}  photographs of {EACH}: "
                  f"zbar {sum(a for a, _ in read)} zxing {sum(b for _, b in read)}  "
                  f"(twice the tilt: zbar {sum(a for a, _ in hard)} zxing {sum(b for _, b in hard)})")
            if not all(plain):
                both = -999
        flat, random = page(pdf, 300, folder), np.random.default_rng(5)
        spoiled = [blot(flat, random) for _ in range(EACH)]
        read = [(zbar(image, folder) == truth, zxing(image) == truth) for image in spoiled]
        blots = sum(a or b for a, b in read)
        print(f"5 % blot of {EACH}: zbar {sum(a for a, _ in read)} zxing {sum(b for _, b in read)}")
    passed = both >= BAR and blots == EACH
    print(f"read by both {max(both, 0)} of {len(DPI) * EACH}, at least {BAR}; blots survived {blots} of {EACH}: "
          f"{'passed' if passed else 'BELOW THE BAR'}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
