package auth

import (
	"context"
	"slices"
)

// ClientsWith lists the ids of the clients that hold a scope and are not revoked, in order.
func (s *Service) ClientsWith(ctx context.Context, scope string) ([]string, error) {
	clients, err := s.Clients(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range clients {
		if c.RevokedAt.IsZero() && slices.Contains(c.Scopes, scope) {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}
