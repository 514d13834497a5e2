package wasm

import "fmt"

// Producer is a tool and its version.
type Producer struct {
	Field   string // "language", "processed-by", "sdk"
	Name    string
	Version string
}

// Producers reads the producers section; there may be none. The error says
// what is wrong with it, next to what could be read.
// https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md
func (m *Module) Producers() ([]Producer, error) {
	r := m.custom("producers")
	var list []Producer
	for range r.count(2) {
		field := r.name()
		for range r.count(2) {
			p := Producer{Field: field, Name: r.name(), Version: r.name()}
			if r.err != nil {
				break
			}
			list = append(list, p)
		}
	}
	return list, r.customErr("producers")
}

// TargetFeature is a feature that the tools that made a module used or ruled
// out.
type TargetFeature struct {
	// Prefix is '+' for a feature in use and '-' for one that must not be.
	Prefix byte
	Name   string
}

// TargetFeatures reads the target_features section, as Producers does.
// https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md#target-features-section
func (m *Module) TargetFeatures() ([]TargetFeature, error) {
	r := m.custom("target_features")
	var list []TargetFeature
	for range r.count(2) {
		f := TargetFeature{Prefix: r.byte(), Name: r.name()}
		if r.err != nil {
			break
		}
		list = append(list, f)
	}
	return list, r.customErr("target_features")
}

// custom returns a reader for a custom section; if there is none it reads a
// count of nothing.
func (m *Module) custom(name string) *reader {
	s := m.Custom(name)
	if s == nil {
		return &reader{b: []byte{0}}
	}
	return &reader{b: m.Data[:s.End()], pos: s.Start}
}

func (r *reader) customErr(name string) error {
	if r.err == nil {
		return nil
	}
	return Finding{Section: fmt.Sprintf("custom %q", name), Offset: r.pos, Reason: r.err.Error()}
}
