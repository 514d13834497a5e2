; ModuleID = 'tagged-table.c'
source_filename = "tagged-table.c"
target datalayout = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
target triple = "wasm32-unknown-wasip1"

%struct.entry = type { ptr, i32 }

@table = internal constant [3 x %struct.entry] [%struct.entry { ptr @one, i32 1 }, %struct.entry { ptr @two, i32 2 }, %struct.entry zeroinitializer], align 16, !dbg !0

; Function Attrs: nounwind
define hidden i32 @__main_argc_argv(i32 noundef %0, ptr noundef %1) #0 !dbg !31 {
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca ptr, align 4
  %6 = alloca i32, align 4
  %7 = alloca ptr, align 4
  %8 = alloca %struct.entry, align 4
  store i32 0, ptr %3, align 4
  store i32 %0, ptr %4, align 4, !tbaa !27
    #dbg_declare(ptr %4, !38, !DIExpression(), !45)
  store ptr %1, ptr %5, align 4, !tbaa !46
    #dbg_declare(ptr %5, !39, !DIExpression(), !50)
  %9 = load ptr, ptr %5, align 4, !dbg !51, !tbaa !46
  call void @llvm.lifetime.start.p0(ptr %6) #2, !dbg !52
    #dbg_declare(ptr %6, !40, !DIExpression(), !53)
  store i32 0, ptr %6, align 4, !dbg !54, !tbaa !27
  call void @llvm.lifetime.start.p0(ptr %7) #2, !dbg !55
    #dbg_declare(ptr %7, !41, !DIExpression(), !56)
  store ptr @table, ptr %7, align 4, !dbg !57, !tbaa !58
  br label %10, !dbg !55

10:                                               ; preds = %22, %2
  %11 = load ptr, ptr %7, align 4, !dbg !60, !tbaa !58
  %12 = getelementptr inbounds nuw %struct.entry, ptr %11, i32 0, i32 0, !dbg !62
  %13 = load ptr, ptr %12, align 4, !dbg !62, !tbaa !63
  %14 = icmp ne ptr %13, null, !dbg !65
  br i1 %14, label %16, label %15, !dbg !66

15:                                               ; preds = %10
  call void @llvm.lifetime.end.p0(ptr %7) #2, !dbg !67
  br label %25

16:                                               ; preds = %10
  %17 = load ptr, ptr %7, align 4, !dbg !68, !tbaa !58
  %18 = load i32, ptr %4, align 4, !dbg !69, !tbaa !27
  %19 = call i32 @call(ptr noundef %17, i32 noundef %18), !dbg !70
  %20 = load i32, ptr %6, align 4, !dbg !71, !tbaa !27
  %21 = add nsw i32 %20, %19, !dbg !72
  store i32 %21, ptr %6, align 4, !dbg !73, !tbaa !27
  br label %22, !dbg !74

22:                                               ; preds = %16
  %23 = load ptr, ptr %7, align 4, !dbg !75, !tbaa !58
  %24 = getelementptr inbounds nuw %struct.entry, ptr %23, i32 1, !dbg !76
  store ptr %24, ptr %7, align 4, !dbg !77, !tbaa !58
  br label %10, !dbg !67, !llvm.loop !78

25:                                               ; preds = %15
  call void @llvm.lifetime.start.p0(ptr %8) #2, !dbg !82
    #dbg_declare(ptr %8, !44, !DIExpression(), !83)
  %26 = getelementptr inbounds nuw %struct.entry, ptr %8, i32 0, i32 0, !dbg !84
  store ptr @late, ptr %26, align 4, !dbg !85, !tbaa !63
  %27 = load i32, ptr %4, align 4, !dbg !86, !tbaa !27
  %28 = getelementptr inbounds nuw %struct.entry, ptr %8, i32 0, i32 1, !dbg !87
  store i32 %27, ptr %28, align 4, !dbg !88, !tbaa !89
  %29 = load i32, ptr %6, align 4, !dbg !90, !tbaa !27
  %30 = load i32, ptr %4, align 4, !dbg !91, !tbaa !27
  %31 = call i32 @call(ptr noundef %8, i32 noundef %30), !dbg !92
  %32 = add nsw i32 %29, %31, !dbg !93
  %33 = icmp ne i32 %32, 4, !dbg !94
  %34 = zext i1 %33 to i32, !dbg !95
  call void @llvm.lifetime.end.p0(ptr %8) #2, !dbg !96
  call void @llvm.lifetime.end.p0(ptr %6) #2, !dbg !96
  ret i32 %34, !dbg !97
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: nounwind
define internal i32 @call(ptr noundef %0, i32 noundef %1) #0 !dbg !98 {
  %3 = alloca ptr, align 4
  %4 = alloca i32, align 4
  store ptr %0, ptr %3, align 4, !tbaa !58
    #dbg_declare(ptr %3, !102, !DIExpression(), !104)
  store i32 %1, ptr %4, align 4, !tbaa !27
    #dbg_declare(ptr %4, !103, !DIExpression(), !105)
  %5 = load ptr, ptr %3, align 4, !dbg !106, !tbaa !58
  %6 = getelementptr inbounds nuw %struct.entry, ptr %5, i32 0, i32 1, !dbg !107
  %7 = load i32, ptr %6, align 4, !dbg !107, !tbaa !89
  %8 = icmp eq i32 %7, 2, !dbg !108
  br i1 %8, label %9, label %16, !dbg !109

9:                                                ; preds = %2
  %10 = load ptr, ptr %3, align 4, !dbg !110, !tbaa !58
  %11 = getelementptr inbounds nuw %struct.entry, ptr %10, i32 0, i32 0, !dbg !111
  %12 = load ptr, ptr %11, align 4, !dbg !111, !tbaa !63
  %13 = load i32, ptr %4, align 4, !dbg !112, !tbaa !27
  %14 = load i32, ptr %4, align 4, !dbg !113, !tbaa !27
  %15 = call i32 %12(i32 noundef %13, i32 noundef %14), !dbg !114
  br label %22, !dbg !106

16:                                               ; preds = %2
  %17 = load ptr, ptr %3, align 4, !dbg !115, !tbaa !58
  %18 = getelementptr inbounds nuw %struct.entry, ptr %17, i32 0, i32 0, !dbg !116
  %19 = load ptr, ptr %18, align 4, !dbg !116, !tbaa !63
  %20 = load i32, ptr %4, align 4, !dbg !117, !tbaa !27
  %21 = call i32 %19(i32 noundef %20), !dbg !118
  br label %22, !dbg !106

22:                                               ; preds = %16, %9
  %23 = phi i32 [ %15, %9 ], [ %21, %16 ], !dbg !119
  ret i32 %23, !dbg !120
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: nounwind
define internal i32 @late(i32 noundef %0) #0 !dbg !121 {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !27
    #dbg_declare(ptr %2, !123, !DIExpression(), !124)
  %3 = load i32, ptr %2, align 4, !dbg !125, !tbaa !27
  ret i32 %3, !dbg !126
}

; Function Attrs: nounwind
define internal i32 @one(i32 noundef %0) #0 !dbg !127 {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !27
    #dbg_declare(ptr %2, !129, !DIExpression(), !130)
  %3 = load i32, ptr %2, align 4, !dbg !131, !tbaa !27
  ret i32 %3, !dbg !132
}

; Function Attrs: nounwind
define internal i32 @two(i32 noundef %0, i32 noundef %1) #0 !dbg !133 {
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  store i32 %0, ptr %3, align 4, !tbaa !27
    #dbg_declare(ptr %3, !135, !DIExpression(), !137)
  store i32 %1, ptr %4, align 4, !tbaa !27
    #dbg_declare(ptr %4, !136, !DIExpression(), !138)
  %5 = load i32, ptr %3, align 4, !dbg !139, !tbaa !27
  %6 = load i32, ptr %4, align 4, !dbg !140, !tbaa !27
  %7 = add nsw i32 %5, %6, !dbg !141
  ret i32 %7, !dbg !142
}

attributes #0 = { nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nounwind }

!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!23, !24, !25}
!llvm.ident = !{!26}
!llvm.errno.tbaa = !{!27}

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "table", scope: !2, file: !3, line: 9, type: !14, isLocal: true, isDefinition: true)
!2 = distinct !DICompileUnit(language: DW_LANG_C11, file: !3, producer: "Debian clang version 22.1.8 (1~deb13u5)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, retainedTypes: !4, globals: !13, splitDebugInlining: false, nameTableKind: None)
!3 = !DIFile(filename: "tagged-table.c", directory: "/micro")
!4 = !{!5, !6, !10}
!5 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: null, size: 32)
!6 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !7, size: 32)
!7 = !DISubroutineType(types: !8)
!8 = !{!9, !9, !9}
!9 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!10 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !11, size: 32)
!11 = !DISubroutineType(types: !12)
!12 = !{!9, !9}
!13 = !{!0}
!14 = !DICompositeType(tag: DW_TAG_array_type, baseType: !15, size: 192, elements: !21)
!15 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !16)
!16 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "entry", file: !3, line: 5, size: 64, elements: !17)
!17 = !{!18, !19}
!18 = !DIDerivedType(tag: DW_TAG_member, name: "call", scope: !16, file: !3, line: 5, baseType: !5, size: 32)
!19 = !DIDerivedType(tag: DW_TAG_member, name: "args", scope: !16, file: !3, line: 5, baseType: !20, size: 32, offset: 32)
!20 = !DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)
!21 = !{!22}
!22 = !DISubrange(count: 3)
!23 = !{i32 7, !"Dwarf Version", i32 4}
!24 = !{i32 2, !"Debug Info Version", i32 3}
!25 = !{i32 1, !"wchar_size", i32 4}
!26 = !{!"Debian clang version 22.1.8 (1~deb13u5)"}
!27 = !{!28, !28, i64 0}
!28 = !{!"int", !29, i64 0}
!29 = !{!"omnipotent char", !30, i64 0}
!30 = !{!"Simple C/C++ TBAA"}
!31 = distinct !DISubprogram(name: "main", linkageName: "__main_argc_argv", scope: !3, file: !3, line: 13, type: !32, scopeLine: 13, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !37, keyInstructions: true)
!32 = !DISubroutineType(types: !33)
!33 = !{!9, !9, !34}
!34 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !35, size: 32)
!35 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !36, size: 32)
!36 = !DIBasicType(name: "char", size: 8, encoding: DW_ATE_signed_char)
!37 = !{!38, !39, !40, !41, !44}
!38 = !DILocalVariable(name: "argc", arg: 1, scope: !31, file: !3, line: 13, type: !9)
!39 = !DILocalVariable(name: "argv", arg: 2, scope: !31, file: !3, line: 13, type: !34)
!40 = !DILocalVariable(name: "n", scope: !31, file: !3, line: 15, type: !9)
!41 = !DILocalVariable(name: "e", scope: !42, file: !3, line: 16, type: !43)
!42 = distinct !DILexicalBlock(scope: !31, file: !3, line: 16, column: 2)
!43 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !15, size: 32)
!44 = !DILocalVariable(name: "more", scope: !31, file: !3, line: 17, type: !16)
!45 = !DILocation(line: 13, column: 14, scope: !31)
!46 = !{!47, !47, i64 0}
!47 = !{!"p2 omnipotent char", !48, i64 0}
!48 = !{!"any p2 pointer", !49, i64 0}
!49 = !{!"any pointer", !29, i64 0}
!50 = !DILocation(line: 13, column: 27, scope: !31)
!51 = !DILocation(line: 14, column: 8, scope: !31)
!52 = !DILocation(line: 15, column: 2, scope: !31)
!53 = !DILocation(line: 15, column: 6, scope: !31)
!54 = !DILocation(line: 15, column: 6, scope: !31, atomGroup: 1, atomRank: 1)
!55 = !DILocation(line: 16, column: 7, scope: !42)
!56 = !DILocation(line: 16, column: 27, scope: !42)
!57 = !DILocation(line: 16, column: 27, scope: !42, atomGroup: 2, atomRank: 1)
!58 = !{!59, !59, i64 0}
!59 = !{!"p1 _ZTS5entry", !49, i64 0}
!60 = !DILocation(line: 16, column: 38, scope: !61)
!61 = distinct !DILexicalBlock(scope: !42, file: !3, line: 16, column: 2)
!62 = !DILocation(line: 16, column: 41, scope: !61)
!63 = !{!64, !49, i64 0}
!64 = !{!"entry", !49, i64 0, !28, i64 4}
!65 = !DILocation(line: 16, column: 2, scope: !42, atomGroup: 3, atomRank: 1)
!66 = !DILocation(line: 16, column: 2, scope: !42, atomGroup: 4, atomRank: 1)
!67 = !DILocation(line: 16, column: 2, scope: !61)
!68 = !DILocation(line: 16, column: 62, scope: !61)
!69 = !DILocation(line: 16, column: 65, scope: !61)
!70 = !DILocation(line: 16, column: 57, scope: !61)
!71 = !DILocation(line: 16, column: 54, scope: !61)
!72 = !DILocation(line: 16, column: 54, scope: !61, atomGroup: 5, atomRank: 2)
!73 = !DILocation(line: 16, column: 54, scope: !61, atomGroup: 5, atomRank: 1)
!74 = !DILocation(line: 16, column: 52, scope: !61, atomGroup: 7, atomRank: 1)
!75 = !DILocation(line: 16, column: 48, scope: !61)
!76 = !DILocation(line: 16, column: 48, scope: !61, atomGroup: 6, atomRank: 2)
!77 = !DILocation(line: 16, column: 48, scope: !61, atomGroup: 6, atomRank: 1)
!78 = distinct !{!78, !79, !80, !81}
!79 = !DILocation(line: 16, column: 2, scope: !42)
!80 = !DILocation(line: 16, column: 69, scope: !42)
!81 = !{!"llvm.loop.mustprogress"}
!82 = !DILocation(line: 17, column: 2, scope: !31)
!83 = !DILocation(line: 17, column: 15, scope: !31)
!84 = !DILocation(line: 18, column: 7, scope: !31)
!85 = !DILocation(line: 18, column: 12, scope: !31, atomGroup: 8, atomRank: 1)
!86 = !DILocation(line: 19, column: 14, scope: !31, atomGroup: 9, atomRank: 2)
!87 = !DILocation(line: 19, column: 7, scope: !31)
!88 = !DILocation(line: 19, column: 12, scope: !31, atomGroup: 9, atomRank: 1)
!89 = !{!64, !28, i64 4}
!90 = !DILocation(line: 20, column: 9, scope: !31)
!91 = !DILocation(line: 20, column: 25, scope: !31)
!92 = !DILocation(line: 20, column: 13, scope: !31)
!93 = !DILocation(line: 20, column: 11, scope: !31)
!94 = !DILocation(line: 20, column: 31, scope: !31, atomGroup: 11, atomRank: 3)
!95 = !DILocation(line: 20, column: 31, scope: !31, atomGroup: 11, atomRank: 2)
!96 = !DILocation(line: 21, column: 1, scope: !31)
!97 = !DILocation(line: 20, column: 2, scope: !31, atomGroup: 11, atomRank: 1)
!98 = distinct !DISubprogram(name: "call", scope: !3, file: !3, line: 10, type: !99, scopeLine: 10, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !101, keyInstructions: true)
!99 = !DISubroutineType(types: !100)
!100 = !{!9, !43, !9}
!101 = !{!102, !103}
!102 = !DILocalVariable(name: "e", arg: 1, scope: !98, file: !3, line: 10, type: !43)
!103 = !DILocalVariable(name: "a", arg: 2, scope: !98, file: !3, line: 10, type: !9)
!104 = !DILocation(line: 10, column: 37, scope: !98)
!105 = !DILocation(line: 10, column: 44, scope: !98)
!106 = !DILocation(line: 11, column: 9, scope: !98)
!107 = !DILocation(line: 11, column: 12, scope: !98)
!108 = !DILocation(line: 11, column: 17, scope: !98, atomGroup: 2, atomRank: 2)
!109 = !DILocation(line: 11, column: 9, scope: !98, atomGroup: 2, atomRank: 1)
!110 = !DILocation(line: 11, column: 44, scope: !98)
!111 = !DILocation(line: 11, column: 47, scope: !98)
!112 = !DILocation(line: 11, column: 53, scope: !98)
!113 = !DILocation(line: 11, column: 56, scope: !98)
!114 = !DILocation(line: 11, column: 24, scope: !98)
!115 = !DILocation(line: 11, column: 76, scope: !98)
!116 = !DILocation(line: 11, column: 79, scope: !98)
!117 = !DILocation(line: 11, column: 85, scope: !98)
!118 = !DILocation(line: 11, column: 61, scope: !98)
!119 = !DILocation(line: 11, column: 9, scope: !98, atomGroup: 1, atomRank: 2)
!120 = !DILocation(line: 11, column: 2, scope: !98, atomGroup: 1, atomRank: 1)
!121 = distinct !DISubprogram(name: "late", scope: !3, file: !3, line: 8, type: !11, scopeLine: 8, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !122, keyInstructions: true)
!122 = !{!123}
!123 = !DILocalVariable(name: "a", arg: 1, scope: !121, file: !3, line: 8, type: !9)
!124 = !DILocation(line: 8, column: 21, scope: !121)
!125 = !DILocation(line: 8, column: 33, scope: !121, atomGroup: 1, atomRank: 2)
!126 = !DILocation(line: 8, column: 26, scope: !121, atomGroup: 1, atomRank: 1)
!127 = distinct !DISubprogram(name: "one", scope: !3, file: !3, line: 6, type: !11, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !128, keyInstructions: true)
!128 = !{!129}
!129 = !DILocalVariable(name: "a", arg: 1, scope: !127, file: !3, line: 6, type: !9)
!130 = !DILocation(line: 6, column: 20, scope: !127)
!131 = !DILocation(line: 6, column: 32, scope: !127, atomGroup: 1, atomRank: 2)
!132 = !DILocation(line: 6, column: 25, scope: !127, atomGroup: 1, atomRank: 1)
!133 = distinct !DISubprogram(name: "two", scope: !3, file: !3, line: 7, type: !7, scopeLine: 7, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !134, keyInstructions: true)
!134 = !{!135, !136}
!135 = !DILocalVariable(name: "a", arg: 1, scope: !133, file: !3, line: 7, type: !9)
!136 = !DILocalVariable(name: "b", arg: 2, scope: !133, file: !3, line: 7, type: !9)
!137 = !DILocation(line: 7, column: 20, scope: !133)
!138 = !DILocation(line: 7, column: 27, scope: !133)
!139 = !DILocation(line: 7, column: 39, scope: !133)
!140 = !DILocation(line: 7, column: 43, scope: !133)
!141 = !DILocation(line: 7, column: 41, scope: !133, atomGroup: 1, atomRank: 2)
!142 = !DILocation(line: 7, column: 32, scope: !133, atomGroup: 1, atomRank: 1)
