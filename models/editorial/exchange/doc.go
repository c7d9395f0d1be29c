// Package exchange owns the files in which texts go out to translators and come back: XLIFF 1.2, which every translation
// tool reads and which carries a state for each unit, and JSON for those who write their own. It is pure: what comes out of
// a file is changes for editorial.Service.Save, and the revision that they are based on.
package exchange
