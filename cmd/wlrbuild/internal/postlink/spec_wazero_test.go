package postlink

import (
	"context"
	"fmt"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// specEngines are the engines on which TestSpec runs.
var specEngines = []struct {
	name    string
	folders []string
	changed int // modules that the pass changes at least
	open    func(*testing.T) specEngine
}{
	{
		name:    "wazero",
		folders: []string{"v2", "tail-call", "extended-const", "exception-handling", "typed-function-references", "threads"},
		changed: 50,
		open:    openWazeroSpec,
	},
}

type wazeroSpec struct{ wazero.Runtime }

type wazeroSpecInstance struct{ api.Module }

func openWazeroSpec(t *testing.T) specEngine {
	features := api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall | experimental.CoreFeaturesExtendedConst |
		experimental.CoreFeaturesExceptionHandling | experimental.CoreFeaturesTypedFunctionReferences
	return wazeroSpec{wazero.NewRuntimeWithConfig(t.Context(), wazero.NewRuntimeConfig().WithCoreFeatures(features))}
}

func (w wazeroSpec) instantiate(name string, module []byte) (specInstance, error) {
	m, err := w.InstantiateWithConfig(context.Background(), module, wazero.NewModuleConfig().WithName(name))
	if err != nil {
		return nil, err
	}
	return wazeroSpecInstance{m}, nil
}

func (w wazeroSpec) close() { w.Close(context.Background()) }

func (i wazeroSpecInstance) invoke(function string, args []uint64) ([]uint64, error) {
	f := i.ExportedFunction(function)
	if f == nil {
		return nil, fmt.Errorf("no function %s", function)
	}
	results, err := f.Call(context.Background(), args...)
	for k, t := range f.Definition().ResultTypes() {
		if err == nil && t == valueTypeFuncref { // a funcref is an address
			results[k] = min(results[k], 1)
		}
	}
	return results, err
}

// valueTypeFuncref is a type that wazero's interface does not name.
const valueTypeFuncref api.ValueType = 0x70
