;; wlrbuild lint --runtime wamr
;; note: i32.extend8_s uses sign-ext; whether the runtime has it is not known
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (i32.extend8_s (i32.const 1)))))
