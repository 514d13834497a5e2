;; wlrbuild lint --runtime wasmedge
;; error: the memory env.memory is imported, and the runtime has only functions
;; error: the table env.__indirect_function_table is imported, and the runtime has only functions
(module
  (import "env" "memory" (memory 1))
  (import "env" "__indirect_function_table" (table 1 funcref))
  (func (export "_start"))
)
