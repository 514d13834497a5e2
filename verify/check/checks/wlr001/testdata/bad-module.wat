;; wlrbuild lint --runtime wasmedge
;; error: there is no function env.emscripten_notify (i32): the module is refused
;;   No runtime has a module "env". What can be imported from here is wasi_snapshot_preview1.
(module
  (import "env" "emscripten_notify" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
