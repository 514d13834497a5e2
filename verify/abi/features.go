package abi

// FeatureNames are the proposals that profiles tell of, by the names that the
// target_features section has for them where it has one.
// https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md#target-features-section
var FeatureNames = []string{
	"mutable-globals",
	"sign-ext",
	"nontrapping-fptoint",
	"multivalue",
	"bulk-memory",
	"reference-types",
	"simd128",
	"relaxed-simd",
	"tail-call",
	"extended-const",
	"threads",
	"multimemory",
	"memory64",
	"function-references",
	"gc",
	"legacy-exceptions",
	"exception-handling",
	"custom-page-sizes",
	"wide-arithmetic",
	"stack-switching",
}
