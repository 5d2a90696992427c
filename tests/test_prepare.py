"""Page images, made ill in one way at a time."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from haedok.errors import InputError
from haedok.prepare import prepare
from haedok.prepare.geometry import compose, image_to_skew, rotate, turn
from haedok.prepare.grey import unevenness
from haedok.prepare.noise import image_to_speckle
from haedok.prepare.orientation import image_to_quarter_turns
from haedok.settings import Prepare

FONT = "/usr/share/fonts/truetype/nanum/NanumMyeongjo.ttf"
TEXT = (
    "동맹을 맺은 나라는 함께 싸우겠다는 약속을 믿게 해야 한다. 믿지 못할 약속은 적을 막지 못하고 "
    "벗을 안심시키지도 못한다. 그래서 말과 힘이 함께 있어야 하며, 그 가운데 하나라도 모자라면 "
    "위기가 닥쳤을 때 셈이 어긋난다. 이 글은 그 어긋남이 어디에서 오는지를 묻는다. "
)


@pytest.fixture(scope="module")
def page():
    """A clean page of 300 dpi: 24 lines of Korean."""
    try:
        font = ImageFont.truetype(FONT, 42)
    except OSError:
        pytest.skip("needs the Debian package fonts-nanum")
    image = Image.new("L", (1400, 1900), 255)
    draw = ImageDraw.Draw(image)
    text = TEXT * 8
    for line in range(24):
        draw.text((120, 150 + line * 66), text[line * 29 : line * 29 + 29], font=font, fill=15)
    return np.array(image)


def done(prepared):
    return [step.name for step in prepared.steps]


def test_clean_page_is_left_alone(page):
    prepared = prepare(page, 300, Prepare())
    assert prepared.steps == ()
    assert np.array_equal(prepared.image, page)
    assert prepared.to_original == (1, 0, 0, 0, 1, 0)
    assert (prepared.dpi, prepared.blank) == (300, False)


@pytest.mark.parametrize("angle", [-6.3, -1.32, 0.4, 2.75])
def test_skew_is_found_to_a_tenth_of_a_degree(page, angle):
    skewed, _ = rotate(page, angle)
    assert image_to_skew(skewed, 8.0) == pytest.approx(-angle, abs=0.1)
    prepared = prepare(skewed, 300, Prepare())
    assert done(prepared) == ["deskew"]
    assert abs(image_to_skew(prepared.image, 8.0)) < 0.1


def test_larger_skew_than_allowed_stays(page):
    skewed, _ = rotate(page, 6.0)
    assert "deskew" not in done(prepare(skewed, 300, Prepare(max_skew=3.0)))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_page_is_turned_upright(page, quarters):
    turned = np.ascontiguousarray(np.rot90(page, quarters))
    assert image_to_quarter_turns(turned) == -quarters % 4
    assert np.array_equal(prepare(turned, 300, Prepare()).image, page)


def test_little_text_is_not_turned_wrongly(page):
    little = np.full_like(page, 255)
    little[140:210] = page[140:210]
    for quarters in range(4):
        assert image_to_quarter_turns(np.rot90(little, quarters)) in {0, -quarters % 4}


def test_uneven_light_is_flattened(page):
    rows, columns = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    light = 0.35 + 0.6 * (rows / page.shape[0] + columns / page.shape[1]) / 2
    dim = (page * light).astype(np.uint8)
    prepared = prepare(dim, 300, Prepare())
    assert done(prepared) == ["flatten"]
    assert unevenness(prepared.image) < 0.02
    assert np.median(prepared.image) > 245
    assert done(prepare(dim, 300, Prepare(flatten=False))) != ["flatten"]


def test_specks_go_and_letters_stay(page):
    random = np.random.default_rng(5)
    specked = page.copy()
    for y, x in random.integers(4, (page.shape[0] - 4, page.shape[1] - 4), (2500, 2)):
        specked[y : y + 3, x : x + 3] = 0
    prepared = prepare(specked, 300, Prepare())
    assert done(prepared) == ["denoise"]
    assert image_to_speckle(prepared.image) < 0.1 * image_to_speckle(specked)
    inked = page < 128
    assert (prepared.image[inked] < 200).mean() > 0.95
    assert done(prepare(specked, 300, Prepare(denoise="never"))) == []


def test_full_stops_are_not_specks(page):
    assert image_to_speckle(page) < 0.15


def test_unknown_resolution_is_estimated_from_the_text(page):
    prepared = prepare(page, 0, Prepare())
    assert prepared.dpi == pytest.approx(300, rel=0.15)
    half = cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert prepare(half, 0, Prepare()).dpi == pytest.approx(150, rel=0.15)


def test_points_find_their_way_back(page):
    marked = page.copy()
    marked[60:72, 700:712] = 0
    ill, _ = rotate(np.ascontiguousarray(np.rot90(marked, 2)), 1.5)
    prepared = prepare(ill, 300, Prepare())
    assert done(prepared) == ["turn", "deskew"]
    a, b, c, d, e, f = prepared.to_original
    ys, xs = np.nonzero(prepared.image[:120] < 60)
    x, y = np.median(xs), np.median(ys)
    there = ill[round(d * x + e * y + f), round(a * x + b * y + c)]
    assert there < 60


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_turning_maps_pixels_exactly(quarters):
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    turned, (a, b, c, d, e, f) = turn(image, quarters)
    for y, x in np.ndindex(turned.shape):
        assert turned[y, x] == image[int(d * x + e * y + f), int(a * x + b * y + c)]


def test_compose_does_the_inner_map_first():
    assert compose((2, 0, 0, 0, 2, 0), (1, 0, 3, 0, 1, 4)) == (2, 0, 6, 0, 2, 8)


def test_colour_becomes_grey(page):
    prepared = prepare(np.stack([page] * 3, axis=2), 300, Prepare())
    assert prepared.image.shape == page.shape
    assert prepared.steps == ()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1), np.uint8),
        np.zeros((900, 700), np.uint8),
        np.full((900, 700), 255, np.uint8),
        np.full((900, 700, 3), 128, np.uint8),
        np.zeros((3, 2000), np.uint8),
    ],
    ids=["one pixel", "black", "white", "grey", "sliver"],
)
def test_nothing_to_read(image):
    prepared = prepare(image, 0, Prepare())
    assert prepared.blank
    assert prepared.steps == ()


@pytest.mark.parametrize(
    "image", [np.zeros((0, 5), np.uint8), np.zeros((5, 5)), np.zeros((5, 5, 4), np.uint8)]
)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(InputError):
        prepare(image, 300, Prepare())


def test_noise_alone_is_survived():
    noise = np.random.default_rng(1).integers(0, 256, (400, 300)).astype(np.uint8)
    assert prepare(noise, 0, Prepare()).image.ndim == 2


def test_lines_that_repeat_at_a_fixed_pitch_do_not_lie_on_their_side() -> None:
    page = Image.new("L", (2000, 2800), 255)
    for y in range(100, 2700, 60):
        ImageDraw.Draw(page).text((100, y), "The quick brown fox " * 3, fill=0, font_size=40)
    assert prepare(np.asarray(page), 300.0, Prepare()).steps == ()
