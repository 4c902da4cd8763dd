#!/bin/sh
# The picture in README.md: docs/picture.sh reports/releases/1.0.0/paper.pdf 1 14. Needs pdftoppm (poppler-utils).
set -eu
place=$(mktemp -d)
trap 'rm -r "$place"' EXIT
for page in "$2" "$3"; do pdftoppm -r 96 -f "$page" -l "$page" -png "$1" "$place/$page"; done
python - "$place" "$(dirname "$0")/paper.png" <<'PYTHON'
import sys
from pathlib import Path
from PIL import Image, ImageOps

pages = [Image.open(path).convert("RGB").resize((680, 962)) for path in sorted(Path(sys.argv[1]).glob("*.png"))]
sheet = Image.new("RGB", (1404, 994), "#e9eef0")
for number, page in enumerate(pages):
    sheet.paste(ImageOps.expand(page, 1, "#b9c6ca"), (14 + 694 * number, 15))
sheet.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(sys.argv[2], optimize=True)
PYTHON
