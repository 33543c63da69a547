#!/usr/bin/env python3
"""Makes the fonts here from Inter's own files: Latin, Greek, Cyrillic and symbols, with figures all of one width.

Needs fonttools: subset.py Inter-Regular.otf assets/fonts/Inter-Regular.otf
"""
import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF),
    (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF),
    (0x25A0, 0x25FF), (0x2600, 0x26FF), (0x2713, 0x2717),
]

source, target = sys.argv[1:3]
font = TTFont(source)

# Figures: the glyphs that the feature `tnum` would put in become the default ones, as egui asks for no features.
tabular = {}
substitutions = font["GSUB"].table
for record in substitutions.FeatureList.FeatureRecord:
    if record.FeatureTag == "tnum":
        for index in record.Feature.LookupListIndex:
            for subtable in substitutions.LookupList.Lookup[index].SubTable:
                tabular.update(getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {}))
for table in font["cmap"].tables:
    for code in range(ord("0"), ord("9") + 1):
        if table.cmap.get(code) in tabular:
            table.cmap[code] = tabular[table.cmap[code]]

options = Options()
options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
options.hinting = False
options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
options.notdef_outline = True
options.desubroutinize = True
subsetter = Subsetter(options)
subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
subsetter.subset(font)
font.save(target)
