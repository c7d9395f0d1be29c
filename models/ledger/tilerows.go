package ledger

// tileRows builds the hash tiles at the right edge of a growing tree, one row for each level of tiles.
type tileRows struct {
	rows []row
}

type row struct {
	index uint64
	data  []byte
}

// rowTile is a tile with its content.
type rowTile struct {
	tile Tile
	data []byte
}

// append takes what Tree.Append returned and returns the tiles that are now full.
func (r *tileRows) append(completed []Hash) []rowTile {
	var full []rowTile
	for level := 0; level*TileHeight < len(completed); level++ {
		if level == len(r.rows) {
			r.rows = append(r.rows, row{data: make([]byte, 0, TileWidth*len(Hash{}))})
		}
		row := &r.rows[level]
		row.data = append(row.data, completed[level*TileHeight][:]...)
		if len(row.data) == TileWidth*len(Hash{}) {
			full = append(full, rowTile{Tile{Level: level, Index: row.index, Width: TileWidth}, row.data})
			row.index, row.data = row.index+1, make([]byte, 0, TileWidth*len(Hash{}))
		}
	}
	return full
}

// partial returns the tiles that are not full, without the empty ones.
func (r *tileRows) partial() []rowTile {
	var tiles []rowTile
	for level, row := range r.rows {
		if width := len(row.data) / len(Hash{}); width > 0 {
			tiles = append(tiles, rowTile{Tile{Level: level, Index: row.index, Width: width}, row.data})
		}
	}
	return tiles
}
