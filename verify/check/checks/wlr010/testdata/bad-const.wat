;; wlrbuild lint --runtime wasmedge@0.14.1 --runtime wazero
;; warning: i32.add in a global uses extended-const, which --enable-extended-const turns on (wasmedge 0.14.1)
;; warning: i32.add in a global uses extended-const, which CoreFeaturesExtendedConst turns on (wazero 1.12.0)
(module
  (memory (export "memory") 1)
  (global i32 (i32.add (i32.const 1) (i32.const 2)))
  (func (export "_start")))
