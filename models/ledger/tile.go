package ledger

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	// TileHeight is the number of levels of the tree that a tile spans.
	TileHeight = 8
	// TileWidth is the number of hashes in a full tile, and of entries in a full bundle.
	TileWidth = 1 << TileHeight
	// EntriesLevel is the Level of a Tile that is a bundle of entries.
	EntriesLevel = -1

	maxLevel = 63
)

// Tile names a piece of the log as C2SP's tlog-tiles does: a run of hashes of one level, or a bundle of entries.
type Tile struct {
	Level int    // 0 to 63, or EntriesLevel
	Index uint64 // from 0, within the level
	Width int    // 1 to TileWidth; TileWidth is a full tile
}

// Path is the tile's path below the log's URL: tile/0/x001/x234/067, tile/entries/005.p/12.
func (t Tile) Path() string {
	level := "entries"
	if t.Level != EntriesLevel {
		level = strconv.Itoa(t.Level)
	}
	path := fmt.Sprintf("%03d", t.Index%1000)
	for n := t.Index / 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if t.Width != TileWidth {
		path += ".p/" + strconv.Itoa(t.Width)
	}
	return "tile/" + level + "/" + path
}

// ParseTilePath reads a path as Path writes it.
func ParseTilePath(path string) (Tile, error) {
	t := Tile{Level: EntriesLevel, Width: TileWidth}
	rest, ok := strings.CutPrefix(path, "tile/")
	level, rest, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 {
		return Tile{}, malformed("not the path of a tile")
	}
	var err error
	if level != "entries" {
		if t.Level, err = strconv.Atoi(level); err != nil || t.Level < 0 || t.Level > maxLevel {
			return Tile{}, malformed("a tile's level is 0 to %d", maxLevel)
		}
	}
	groups, width, partial := strings.Cut(rest, ".p/")
	if partial {
		if t.Width, err = strconv.Atoi(width); err != nil || t.Width < 1 || t.Width >= TileWidth {
			return Tile{}, malformed("a partial tile's width is 1 to %d", TileWidth-1)
		}
	}
	for group := range strings.SplitSeq(groups, "/") {
		n, err := strconv.ParseUint(strings.TrimPrefix(group, "x"), 10, 16)
		if err != nil || n > 999 || t.Index >= MaxSize/1000 {
			return Tile{}, malformed("a tile's index is written in groups of three digits")
		}
		t.Index = t.Index*1000 + n
	}
	if t.Path() != path {
		return Tile{}, malformed("not the path of a tile")
	}
	return t, nil
}

// WidthAt is how wide the tile with this level and index is in a tree of the given size: 0 (it does not exist) to TileWidth.
func (t Tile) WidthAt(size uint64) int {
	level := max(t.Level, 0)
	if level*TileHeight >= 64 {
		return 0
	}
	count := size >> (level * TileHeight) // hashes at the tile's level
	start := t.Index * TileWidth
	if t.Index > MaxSize/TileWidth || count <= start {
		return 0
	}
	return int(min(count-start, TileWidth)) // at most TileWidth
}

// Start is the seq of the first entry in a bundle or below a hash tile.
func (t Tile) Start() uint64 {
	return t.Index * TileWidth << (max(t.Level, 0) * TileHeight)
}

// Tiles are the tiles and bundles that a tree of size newer has and one of size older lacks: the full ones,
// then per level the partial one at the right edge. older is 0 for all of them.
func Tiles(older, newer uint64) []Tile {
	var tiles []Tile
	for _, t := range tlog.NewTiles(TileHeight, int64(older), int64(newer)) { // below MaxSize
		tile := Tile{Level: t.L, Index: uint64(t.N), Width: t.W} // never negative
		tiles = append(tiles, tile)
		if tile.Level == 0 {
			tile.Level = EntriesLevel
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

// HashTile is the content of a hash tile: Width hashes of 32 bytes.
func HashTile(t Tile, r HashReader) ([]byte, error) {
	if t.Level < 0 || t.Level > maxLevel || t.Width < 1 || t.Width > TileWidth || t.WidthAt(MaxSize) < t.Width {
		return nil, fmt.Errorf("no hash tile %s", t.Path())
	}
	return tlog.ReadTileData(tlog.Tile{H: TileHeight, L: t.Level, N: int64(t.Index), W: t.Width}, r) // checked
}

// EncodeBundle writes entries as a bundle: for each a big-endian uint16 length, then its bytes.
func EncodeBundle(entries [][]byte) ([]byte, error) {
	size := 0
	for _, e := range entries {
		if len(e) > MaxEntrySize {
			return nil, malformed("an entry has at most %d bytes", MaxEntrySize)
		}
		size += 2 + len(e)
	}
	bundle := make([]byte, 0, size)
	for _, e := range entries {
		bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(e))) // at most MaxEntrySize
		bundle = append(bundle, e...)
	}
	return bundle, nil
}

// DecodeBundle reads a bundle of exactly width entries. They share the bundle's memory. With an error it
// returns those before the first bad one.
func DecodeBundle(bundle []byte, width int) ([][]byte, error) {
	entries := make([][]byte, 0, max(0, min(width, TileWidth)))
	for len(bundle) > 0 {
		if len(bundle) < 2 {
			return entries, malformed("the bundle ends within a length")
		}
		n := int(binary.BigEndian.Uint16(bundle))
		if n > MaxEntrySize || n > len(bundle)-2 {
			return entries, malformed("entry %d of the bundle is said to have %d bytes", len(entries), n)
		}
		entries = append(entries, bundle[2:2+n:2+n])
		bundle = bundle[2+n:]
	}
	if len(entries) != width {
		return entries, malformed("the bundle has %d entries, not %d", len(entries), width)
	}
	return entries, nil
}
