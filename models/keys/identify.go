package keys

import (
	"context"
	"fmt"

	"candor/models/store"
)

// Identify tells a scope's key from one that the scope had before or will have: it gives the key's
// id, or the empty string if the scope has no key.
func (r *Ring) Identify(ctx context.Context, scope store.Scope) (string, error) {
	opened, err := r.load(ctx, []store.Scope{scope})
	if err != nil {
		return "", fmt.Errorf("identify a key: %w", err)
	}
	key, ok := opened[scope]
	if !ok || len(key.ids) == 0 {
		return "", nil
	}
	return fmt.Sprintf("%08x", key.ids[0]), nil
}
