package observed

import (
	"context"

	"candor/models"
)

// Standing is observed.
func (d *data) Standing(ctx context.Context, customer string) (_ models.Standing, err error) {
	ctx, end := d.watch(ctx, "standings", "Standing")
	defer end(&err)
	return d.Data.Standing(ctx, customer)
}

// StandingsOf is observed.
func (d *data) StandingsOf(ctx context.Context, customers []string, purposes ...string) (_ []models.Standing, err error) {
	ctx, end := d.watch(ctx, "standings", "StandingsOf")
	defer end(&err)
	return d.Data.StandingsOf(ctx, customers, purposes...)
}

// SaveStandings is observed.
func (d *data) SaveStandings(ctx context.Context, applied uint64, standings []models.Standing) (err error) {
	ctx, end := d.watch(ctx, "standings", "SaveStandings")
	defer end(&err)
	return d.Data.SaveStandings(ctx, applied, standings)
}

// Applied is observed.
func (d *data) Applied(ctx context.Context) (_ uint64, err error) {
	ctx, end := d.watch(ctx, "standings", "Applied")
	defer end(&err)
	return d.Data.Applied(ctx)
}

// PageStandings is observed.
func (d *data) PageStandings(ctx context.Context, after string, limit int, purposes ...string) (_ []models.Standing, err error) {
	ctx, end := d.watch(ctx, "standings", "PageStandings")
	defer end(&err)
	return d.Data.PageStandings(ctx, after, limit, purposes...)
}

// ResetStandings is observed.
func (d *data) ResetStandings(ctx context.Context) (err error) {
	ctx, end := d.watch(ctx, "standings", "ResetStandings")
	defer end(&err)
	return d.Data.ResetStandings(ctx)
}
