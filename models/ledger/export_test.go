package ledger

import "time"

// ForgeEntry signs an entry anew as a dishonest operator could, with another origin or time or a wrong prev.
func ForgeEntry(s Signer, origin string, e Entry, at time.Time, breakPrev bool) ([]byte, error) {
	p := e.Payload
	p.Log, p.Time = origin, at
	if breakPrev {
		p.Prev[0] ^= 1
	}
	return signCompact(s, typEntry, appendPayload(nil, &p))
}

// TileRows are tileRows.
type TileRows struct{ tileRows }

// Append is append.
func (r *TileRows) Append(completed []Hash) []RowTile { return r.append(completed) }

// Partial is partial.
func (r *TileRows) Partial() []RowTile { return r.partial() }

// RowTile is rowTile.
type RowTile = rowTile

// Tile is the tile's name.
func (r rowTile) Tile() Tile { return r.tile }

// Data is the tile's content.
func (r rowTile) Data() []byte { return r.data }
