"""Page images, made ill in one way at a time."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from haedok.errors import InputError
from haedok.prepare import prepare
from haedok.prepare.geometry import compose, image_to_skew, rotate, turn
from haedok.prepare.grey import background, reduced, unevenness
from haedok.prepare.noise import image_to_speckle
from haedok.prepare.outline import corners_to_view, image_to_corners
from haedok.prepare.survey import page_to_survey
from haedok.settings import Prepare

FONT = "/usr/share/fonts/truetype/nanum/NanumMyeongjo.ttf"
TEXT = (
    "동맹을 맺은 나라는 함께 싸우겠다는 약속을 믿게 해야 한다. 믿지 못할 약속은 적을 막지 못하고 "
    "벗을 안심시키지도 못한다. 그래서 말과 힘이 함께 있어야 하며, 그 가운데 하나라도 모자라면 "
    "위기가 닥쳤을 때 셈이 어긋난다. 이 글은 그 어긋남이 어디에서 오는지를 묻는다. "
)

ENGLISH = "The promise to fight for an ally must be believed, or it will not deter."


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


@pytest.fixture(scope="module")
def english():
    """A clean page of 300 dpi: 24 lines of English."""
    image = Image.new("L", (1400, 1900), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(40)
    words = ENGLISH.split() * 30
    for line in range(24):
        text = " ".join(words[line * 9 : line * 9 + 9])
        draw.text((120, 150 + line * 66), text, font=font, fill=15)
    return np.array(image)


def photographed(page, sag=0.0):
    """The page on a dark desk, seen askew, its lines sagging to one side: image and way there."""
    height, width = page.shape
    rows, columns = np.indices((height, width), np.float32)
    near = sag * (columns / width) ** 3
    bent = cv2.remap(page, columns, rows - near, cv2.INTER_LINEAR, borderValue=235)
    there = np.float32([[150, 110], [1490, 190], [1590, 2030], [70, 2060]])
    here = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    view = cv2.getPerspectiveTransform(here, there)
    desk = np.full((2160, 1680), 80, np.uint8)
    seen = cv2.warpPerspective(bent, view, (1680, 2160), flags=cv2.INTER_LINEAR)
    sheet = cv2.warpPerspective(np.full_like(page, 255), view, (1680, 2160)) > 127
    desk[sheet] = np.minimum(seen[sheet], 235)
    return desk, there


def ink_places(image):
    """Middle of the ink of each line of print, left, middle and right, on a level page."""
    ink = cv2.dilate((image < 110).astype(np.uint8), np.ones((9, 1), np.uint8)) > 0
    thirds = np.array_split(np.arange(image.shape[1]), 3)
    rows = [np.flatnonzero(np.diff(np.r_[0, ink[:, part].any(axis=1), 0])) for part in thirds]
    return [(ends[::2] + ends[1::2]) / 2 for ends in rows]


def quarters(image, reads_better=None):
    image = np.ascontiguousarray(image)
    return page_to_survey(image, reduced(image, 1200)[0], Prepare(), reads_better).quarters


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


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_page_is_turned_upright(page, turns):
    turned = np.ascontiguousarray(np.rot90(page, turns))
    assert quarters(turned) == -turns % 4
    assert np.array_equal(prepare(turned, 300, Prepare()).image, page)
    assert prepare(turned, 300, Prepare(orient=False)).image.shape == turned.shape


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_english_page_is_turned_upright(english, turns):
    assert quarters(np.rot90(english, turns)) == -turns % 4


def test_little_text_is_not_turned_wrongly(page):
    little = np.full_like(page, 255)
    little[140:210] = page[140:210]
    for turns in range(4):
        assert quarters(np.rot90(little, turns)) in {0, -turns % 4}


def test_a_reader_decides_where_letters_do_not(page):
    strip = np.full_like(page, 255)
    strip[900:960, 100:320] = page[147:207, 100:320]  # a few letters
    assert quarters(strip) == 0
    asked = []

    def reads_better(lines):
        asked.append(lines)
        return float(lines[:, : lines.shape[1] // 2].mean())  # ink should be at the right

    assert quarters(strip, reads_better) == 2
    assert len(asked) == 2
    assert np.array_equal(asked[0], np.rot90(asked[1], 2))
    assert quarters(page, lambda lines: 1 / 0) == 0  # not asked: the letters are sure


def test_uneven_light_is_flattened(page):
    rows, columns = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    light = 0.35 + 0.6 * (rows / page.shape[0] + columns / page.shape[1]) / 2
    dim = (page * light).astype(np.uint8)
    prepared = prepare(dim, 300, Prepare())
    assert done(prepared) == ["flatten"]
    assert unevenness(background(prepared.image)) < 0.02
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


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_turning_maps_pixels_exactly(turns):
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    turned, (a, b, c, d, e, f) = turn(image, turns)
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


def test_noise_and_pictures_hold_no_text():
    random = np.random.default_rng(1)
    noise = random.integers(0, 256, (1200, 900)).astype(np.uint8)
    blobs = cv2.GaussianBlur(noise, (0, 0), 12)
    picture = cv2.normalize(blobs, None, 0, 255, cv2.NORM_MINMAX)
    for image in (noise, picture):
        prepared = prepare(image, 300, Prepare())
        assert prepared.textless
        assert not prepared.blank


def test_dusty_empty_page_is_blank():
    random = np.random.default_rng(2)
    empty = np.clip(random.normal(240, 3, (1900, 1400)), 0, 255).astype(np.uint8)
    for y, x in random.integers(4, (1890, 1390), (120, 2)):
        empty[y : y + 3, x : x + 3] = 60
    prepared = prepare(empty, 300, Prepare())
    assert prepared.blank
    assert not prepared.textless


@pytest.mark.parametrize("lines", [1, 2])
def test_little_text_is_text(page, lines):
    little = np.full_like(page, 255)
    little[140 : 140 + 66 * lines] = page[140 : 140 + 66 * lines]
    prepared = prepare(little, 300, Prepare())
    assert not prepared.textless
    assert not prepared.blank


def test_lines_that_repeat_at_a_fixed_pitch_do_not_lie_on_their_side() -> None:
    page = Image.new("L", (2000, 2800), 255)
    for y in range(100, 2700, 60):
        ImageDraw.Draw(page).text((100, y), "The quick brown fox " * 3, fill=0, font_size=40)
    assert prepare(np.asarray(page), 300.0, Prepare()).steps == ()


def test_sheet_on_a_desk_is_found(page):
    photo, there = photographed(page)
    corners = image_to_corners(photo)
    assert corners is not None
    assert np.abs(corners - there).max() < 16
    _, size = corners_to_view(corners)
    assert size == pytest.approx((1430, 1895), rel=0.03)


def test_clean_page_and_uneven_light_have_no_outline(page):
    light = np.linspace(0.3, 1.0, page.shape[1])
    assert image_to_corners(page) is None
    assert image_to_corners((page * light).astype(np.uint8)) is None


def test_photographed_page_is_laid_flat(page):
    photo, _ = photographed(page, sag=60.0)
    prepared = prepare(photo, 300, Prepare())
    assert done(prepared) == ["rectify", "dewarp"]
    left, middle, right = ink_places(prepared.image)
    assert len(left) == len(middle) == len(right) == 24
    # lines (of 42 pixels) are straight to a fifth of that, where they sagged by 60
    assert np.abs(left - 2 * middle + right).max() < 9
    assert np.abs(left - right).max() < 9
    assert prepare(photo, 300, Prepare(rectify=False)).mesh is None


def test_points_of_a_flat_page_find_their_way_back(page):
    marked = page.copy()
    marked[60:76, 700:716] = 0
    photo, _ = photographed(marked, sag=40.0)
    prepared = prepare(np.ascontiguousarray(np.rot90(photo, 2)), 300, Prepare())
    assert done(prepared)[0] == "rectify"
    ys, xs = np.nonzero(prepared.image[20:130, 400:1000] < 60)
    point = np.array([[np.median(xs) + 400.0, np.median(ys) + 20.0]])
    x, y = prepared.back(point)[0]
    assert np.rot90(photo, 2)[round(y), round(x)] < 60
    assert prepared.warp is not None
    assert prepared.warp.back(*point[0]) == pytest.approx((x, y), abs=2)  # it has fewer points
    a, b, c, d, e, f = prepared.to_original  # nearly the same
    u, v = point[0]
    assert np.hypot(a * u + b * v + c - x, d * u + e * v + f - y) < 60
