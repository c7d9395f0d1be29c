package transfer_test

import (
	"errors"
	"reflect"
	"testing"

	"candor/models/store/mongo"
	"candor/models/store/mongo/mongotest"
	"candor/models/store/transfer"
)

// From files into MongoDB's protocol and back into files, nothing is lost and nothing is other.
func TestMongoDBAndBack(t *testing.T) {
	ctx := t.Context()
	from, _ := filled(t, 600, 130, 203) // FerretDB reads all records for each customer
	data := give(mongo.Open(ctx, mongotest.Start(t)))(t)
	keys := give(mongo.OpenKeys(ctx, mongotest.Start(t)))(t)
	t.Cleanup(func() { must(t, errors.Join(data.Close(), keys.Close())) })
	middle := transfer.Stores{Data: data, Keys: keys, Checkpoints: keys}
	there := give(transfer.Copy(ctx, transfer.Config{From: from, To: middle}))(t)
	back := newStores(t)
	again := give(transfer.Copy(ctx, transfer.Config{From: middle, To: back}))(t)
	compared := give(transfer.Compare(ctx, transfer.Config{From: from, To: back}))(t)
	if !reflect.DeepEqual(there, again) || !reflect.DeepEqual(there, compared) {
		t.Errorf("there %v\nback %v\ncompared %v", there, again, compared)
	}
}
