; ModuleID = 'qsort-result.c'
source_filename = "qsort-result.c"
target datalayout = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
target triple = "wasm32-unknown-wasip1"

; Function Attrs: nounwind
define hidden i32 @__main_argc_argv(i32 noundef %0, ptr noundef %1) #0 !dbg !21 {
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca ptr, align 4
  %6 = alloca [3 x i32], align 4
  store i32 0, ptr %3, align 4
  store i32 %0, ptr %4, align 4, !tbaa !17
    #dbg_declare(ptr %4, !28, !DIExpression(), !34)
  store ptr %1, ptr %5, align 4, !tbaa !35
    #dbg_declare(ptr %5, !29, !DIExpression(), !39)
  %7 = load ptr, ptr %5, align 4, !dbg !40, !tbaa !35
  call void @llvm.lifetime.start.p0(ptr %6) #3, !dbg !41
    #dbg_declare(ptr %6, !30, !DIExpression(), !42)
  store i32 4, ptr %6, align 4, !dbg !43, !tbaa !17
  %8 = getelementptr inbounds i32, ptr %6, i32 1, !dbg !44
  %9 = load i32, ptr %4, align 4, !dbg !45, !tbaa !17
  store i32 %9, ptr %8, align 4, !dbg !43, !tbaa !17
  %10 = getelementptr inbounds i32, ptr %6, i32 2, !dbg !44
  store i32 3, ptr %10, align 4, !dbg !43, !tbaa !17
  %11 = getelementptr inbounds [3 x i32], ptr %6, i32 0, i32 0, !dbg !46
  call void @qsort(ptr noundef %11, i32 noundef 3, i32 noundef 4, ptr noundef @compare), !dbg !47
  call void @llvm.lifetime.end.p0(ptr %6) #3, !dbg !48
  ret i32 0, !dbg !49
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare !dbg !50 void @qsort(ptr noundef, i32 noundef, i32 noundef, ptr noundef) #2

; Function Attrs: nounwind
define internal i64 @compare(ptr noundef %0, ptr noundef %1) #0 !dbg !58 {
  %3 = alloca ptr, align 4
  %4 = alloca ptr, align 4
  store ptr %0, ptr %3, align 4, !tbaa !64
    #dbg_declare(ptr %3, !62, !DIExpression(), !65)
  store ptr %1, ptr %4, align 4, !tbaa !64
    #dbg_declare(ptr %4, !63, !DIExpression(), !66)
  %5 = load ptr, ptr %3, align 4, !dbg !67, !tbaa !64
  %6 = load i32, ptr %5, align 4, !dbg !68, !tbaa !17
  %7 = sext i32 %6 to i64, !dbg !69
  %8 = load ptr, ptr %4, align 4, !dbg !70, !tbaa !64
  %9 = load i32, ptr %8, align 4, !dbg !71, !tbaa !17
  %10 = sext i32 %9 to i64, !dbg !71
  %11 = sub nsw i64 %7, %10, !dbg !72
  ret i64 %11, !dbg !73
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

attributes #0 = { nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #3 = { nounwind }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!13, !14, !15}
!llvm.ident = !{!16}
!llvm.errno.tbaa = !{!17}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 22.1.8 (1~deb13u5)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, retainedTypes: !2, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "qsort-result.c", directory: "/micro")
!2 = !{!3, !10, !11}
!3 = !DIDerivedType(tag: DW_TAG_typedef, name: "comparison", file: !1, line: 4, baseType: !4)
!4 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !5, size: 32)
!5 = !DISubroutineType(types: !6)
!6 = !{!7, !8, !8}
!7 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!8 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !9, size: 32)
!9 = !DIDerivedType(tag: DW_TAG_const_type, baseType: null)
!10 = !DIBasicType(name: "long long", size: 64, encoding: DW_ATE_signed)
!11 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !12, size: 32)
!12 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !7)
!13 = !{i32 7, !"Dwarf Version", i32 4}
!14 = !{i32 2, !"Debug Info Version", i32 3}
!15 = !{i32 1, !"wchar_size", i32 4}
!16 = !{!"Debian clang version 22.1.8 (1~deb13u5)"}
!17 = !{!18, !18, i64 0}
!18 = !{!"int", !19, i64 0}
!19 = !{!"omnipotent char", !20, i64 0}
!20 = !{!"Simple C/C++ TBAA"}
!21 = distinct !DISubprogram(name: "main", linkageName: "__main_argc_argv", scope: !1, file: !1, line: 6, type: !22, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !27, keyInstructions: true)
!22 = !DISubroutineType(types: !23)
!23 = !{!7, !7, !24}
!24 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !25, size: 32)
!25 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !26, size: 32)
!26 = !DIBasicType(name: "char", size: 8, encoding: DW_ATE_signed_char)
!27 = !{!28, !29, !30}
!28 = !DILocalVariable(name: "argc", arg: 1, scope: !21, file: !1, line: 6, type: !7)
!29 = !DILocalVariable(name: "argv", arg: 2, scope: !21, file: !1, line: 6, type: !24)
!30 = !DILocalVariable(name: "list", scope: !21, file: !1, line: 8, type: !31)
!31 = !DICompositeType(tag: DW_TAG_array_type, baseType: !7, size: 96, elements: !32)
!32 = !{!33}
!33 = !DISubrange(count: 3)
!34 = !DILocation(line: 6, column: 14, scope: !21)
!35 = !{!36, !36, i64 0}
!36 = !{!"p2 omnipotent char", !37, i64 0}
!37 = !{!"any p2 pointer", !38, i64 0}
!38 = !{!"any pointer", !19, i64 0}
!39 = !DILocation(line: 6, column: 27, scope: !21)
!40 = !DILocation(line: 7, column: 8, scope: !21)
!41 = !DILocation(line: 8, column: 2, scope: !21)
!42 = !DILocation(line: 8, column: 6, scope: !21)
!43 = !DILocation(line: 8, column: 15, scope: !21, atomGroup: 1, atomRank: 1)
!44 = !DILocation(line: 8, column: 15, scope: !21)
!45 = !DILocation(line: 8, column: 20, scope: !21, atomGroup: 1, atomRank: 2)
!46 = !DILocation(line: 9, column: 8, scope: !21)
!47 = !DILocation(line: 9, column: 2, scope: !21)
!48 = !DILocation(line: 11, column: 1, scope: !21)
!49 = !DILocation(line: 10, column: 2, scope: !21, atomGroup: 3, atomRank: 1)
!50 = !DISubprogram(name: "qsort", scope: !51, file: !51, line: 70, type: !52, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!51 = !DIFile(filename: "/sysroot/include/wasm32-wasip1/stdlib.h", directory: "")
!52 = !DISubroutineType(types: !53)
!53 = !{null, !54, !55, !55, !4}
!54 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: null, size: 32)
!55 = !DIDerivedType(tag: DW_TAG_typedef, name: "size_t", file: !56, line: 72, baseType: !57)
!56 = !DIFile(filename: "/sysroot/include/wasm32-wasip1/bits/alltypes.h", directory: "")
!57 = !DIBasicType(name: "unsigned long", size: 32, encoding: DW_ATE_unsigned)
!58 = distinct !DISubprogram(name: "compare", scope: !1, file: !1, line: 5, type: !59, scopeLine: 5, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !61, keyInstructions: true)
!59 = !DISubroutineType(types: !60)
!60 = !{!10, !8, !8}
!61 = !{!62, !63}
!62 = !DILocalVariable(name: "a", arg: 1, scope: !58, file: !1, line: 5, type: !8)
!63 = !DILocalVariable(name: "b", arg: 2, scope: !58, file: !1, line: 5, type: !8)
!64 = !{!38, !38, i64 0}
!65 = !DILocation(line: 5, column: 38, scope: !58)
!66 = !DILocation(line: 5, column: 53, scope: !58)
!67 = !DILocation(line: 5, column: 90, scope: !58)
!68 = !DILocation(line: 5, column: 76, scope: !58)
!69 = !DILocation(line: 5, column: 65, scope: !58)
!70 = !DILocation(line: 5, column: 108, scope: !58)
!71 = !DILocation(line: 5, column: 94, scope: !58)
!72 = !DILocation(line: 5, column: 92, scope: !58, atomGroup: 1, atomRank: 2)
!73 = !DILocation(line: 5, column: 58, scope: !58, atomGroup: 1, atomRank: 1)
