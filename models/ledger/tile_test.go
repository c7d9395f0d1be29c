package ledger_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"candor/models/ledger"
)

func TestTilePath(t *testing.T) {
	for path, want := range map[string]ledger.Tile{
		"tile/0/000":                       {Level: 0, Index: 0, Width: 256},
		"tile/0/x001/234.p/5":              {Level: 0, Index: 1234, Width: 5},
		"tile/3/x001/x234/067":             {Level: 3, Index: 1234067, Width: 256},
		"tile/entries/x001/x234/067":       {Level: ledger.EntriesLevel, Index: 1234067, Width: 256},
		"tile/entries/005.p/255":           {Level: ledger.EntriesLevel, Index: 5, Width: 255},
		"tile/63/999.p/1":                  {Level: 63, Index: 999, Width: 1},
		"tile/0/x009/x007/x199/x254/740/x": {},
	} {
		got, err := ledger.ParseTilePath(path)
		if want == (ledger.Tile{}) {
			if err == nil {
				t.Errorf("%s was read as %+v", path, got)
			}
			continue
		}
		if err != nil || got != want || want.Path() != path {
			t.Errorf("%s: %+v, %v; written %s", path, got, err, want.Path())
		}
	}
	for _, bad := range []string{
		"", "tile", "tile/0", "tile/0/", "tile/0/00", "tile/0/0000", "tile/0/x000/000", "tile/0/001/234", "tile/0/x001", "tile/0/X001/234",
		"tile/00/000", "tile/-1/000", "tile/+1/000", "tile/64/000", "tile/data/000", "tile/8/0/000", "/tile/0/000", "tile/0/000/",
		"tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05", "tile/0/000.p/+5", "tile/0/000.p/", "tile/0/000.p", "tile/0/000.p/5/",
		"tile/0/000.p/5.p/5", "tile/0/0 0", "tile/0/x-01/000", "tile/0/../000", "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
		"tile/0/\u0660\u0660\u0660", "tile/entries", "tile/Entries/000", "tile/0//000",
	} {
		if got, err := ledger.ParseTilePath(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, got)
		}
	}
}

// The example of C2SP's tlog-tiles: what a tree of 70,000 leaves consists of.
func TestTilesOfATree(t *testing.T) {
	count := map[int][2]int{} // level: full ones, width of the partial one
	for _, tile := range ledger.Tiles(0, 70_000) {
		c := count[tile.Level]
		if tile.Width == 256 {
			c[0]++
		} else {
			c[1] = tile.Width
		}
		count[tile.Level] = c
		if got := tile.WidthAt(70_000); got != tile.Width {
			t.Errorf("%s is %d wide", tile.Path(), got)
		}
	}
	want := map[int][2]int{0: {273, 112}, ledger.EntriesLevel: {273, 112}, 1: {1, 17}, 2: {0, 1}}
	for level := -1; level <= 3; level++ {
		if count[level] != want[level] {
			t.Errorf("level %d: %v, want %v", level, count[level], want[level])
		}
	}
	if got := ledger.Tiles(0, 0); len(got) != 0 {
		t.Errorf("the empty tree has tiles: %v", got)
	}
}

func TestWidthAt(t *testing.T) {
	for _, test := range []struct {
		tile ledger.Tile
		size uint64
		want int
	}{
		{ledger.Tile{Level: 0, Index: 0}, 0, 0},
		{ledger.Tile{Level: 0, Index: 0}, 1, 1},
		{ledger.Tile{Level: 0, Index: 0}, 257, 256},
		{ledger.Tile{Level: 0, Index: 1}, 257, 1},
		{ledger.Tile{Level: 0, Index: 2}, 257, 0},
		{ledger.Tile{Level: 1, Index: 0}, 255, 0},
		{ledger.Tile{Level: 1, Index: 0}, 256, 1},
		{ledger.Tile{Level: 63, Index: 0}, 1 << 52, 0},
		{ledger.Tile{Level: ledger.EntriesLevel, Index: 1}, 300, 44},
		{ledger.Tile{Level: 0, Index: ^uint64(0)}, 300, 0},
	} {
		if got := test.tile.WidthAt(test.size); got != test.want {
			t.Errorf("%+v at %d: %d, want %d", test.tile, test.size, got, test.want)
		}
	}
}

func TestHashTileIsMadeOfSubtreeRoots(t *testing.T) {
	list := leaves(1000)
	g := grow(list)
	for _, tile := range ledger.Tiles(0, 1000) {
		if tile.Level == ledger.EntriesLevel {
			continue
		}
		data, err := ledger.HashTile(tile, g.read)
		if err != nil {
			t.Fatal(err)
		}
		span := 1
		for range tile.Level {
			span *= 256
		}
		var want []byte
		for i := range tile.Width {
			start := int(tile.Start()) + i*span
			root := naive(list[start : start+span])
			want = append(want, root[:]...)
		}
		if !bytes.Equal(data, want) {
			t.Errorf("%s is wrong", tile.Path())
		}
	}
	for _, bad := range []ledger.Tile{{Level: ledger.EntriesLevel, Width: 1}, {Width: 0}, {Width: 257}, {Level: 64, Width: 1}, {Level: 9, Width: 1}} {
		if _, err := ledger.HashTile(bad, g.read); err == nil {
			t.Errorf("%+v has hashes", bad)
		}
	}
}

func TestBundle(t *testing.T) {
	entries := [][]byte{[]byte("one"), {}, bytes.Repeat([]byte("x"), ledger.MaxEntrySize)}
	bundle, err := ledger.EncodeBundle(entries)
	if err != nil || !strings.HasPrefix(string(bundle), "\x00\x03one\x00\x00\x10\x00xxx") {
		t.Fatalf("%v, %q…", err, bundle[:12])
	}
	got, err := ledger.DecodeBundle(bundle, 3)
	if err != nil || !slices.EqualFunc(got, entries, bytes.Equal) {
		t.Fatalf("reads back as %d entries, %v", len(got), err)
	}
	for _, width := range []int{0, 2, 4, -1} {
		if _, err := ledger.DecodeBundle(bundle, width); err == nil {
			t.Errorf("three entries are taken for %d", width)
		}
	}
	for _, bad := range []string{"\x00", "\x00\x04abc", "\x10\x01" + strings.Repeat("x", 4097)} {
		if _, err := ledger.DecodeBundle([]byte(bad), 1); err == nil {
			t.Errorf("%.10q was read", bad)
		}
	}
	if _, err := ledger.EncodeBundle([][]byte{make([]byte, ledger.MaxEntrySize+1)}); err == nil {
		t.Error("an entry that is too long was written")
	}
}
