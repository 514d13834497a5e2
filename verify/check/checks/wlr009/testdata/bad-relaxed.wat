;; wlrbuild lint --runtime node
;; error: i8x16.relaxed_swizzle uses relaxed-simd, which the runtime does not have
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))))
