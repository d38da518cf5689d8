// Package reproduce measures published results again.
//
// A result is an [Entry] of the registry: its source, the training runs it
// needs ([Cell]), the numbers that were published and how each is measured from
// the runs ([Quantity]), and a figure. [Run] trains the cells, several at once,
// goes on where an earlier call stopped, and says which numbers came out.
//
// An entry is one file, and one line in the registry.
package reproduce
