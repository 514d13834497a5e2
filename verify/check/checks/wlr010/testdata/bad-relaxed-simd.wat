;; wlrbuild lint --runtime wasmedge@0.14.1
;; warning: i8x16.relaxed_swizzle uses relaxed-simd, which --enable-relaxed-simd turns on
;;   Note: --enable-all does not turn it on.
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))))
