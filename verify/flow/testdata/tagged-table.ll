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
  store i32 0, ptr %3, align 4
  store i32 %0, ptr %4, align 4, !tbaa !27
    #dbg_declare(ptr %4, !38, !DIExpression(), !44)
  store ptr %1, ptr %5, align 4, !tbaa !45
    #dbg_declare(ptr %5, !39, !DIExpression(), !49)
  %8 = load ptr, ptr %5, align 4, !dbg !50, !tbaa !45
  call void @llvm.lifetime.start.p0(ptr %6) #2, !dbg !51
    #dbg_declare(ptr %6, !40, !DIExpression(), !52)
  store i32 0, ptr %6, align 4, !dbg !53, !tbaa !27
  call void @llvm.lifetime.start.p0(ptr %7) #2, !dbg !54
    #dbg_declare(ptr %7, !41, !DIExpression(), !55)
  store ptr @table, ptr %7, align 4, !dbg !56, !tbaa !57
  br label %9, !dbg !54

9:                                                ; preds = %21, %2
  %10 = load ptr, ptr %7, align 4, !dbg !59, !tbaa !57
  %11 = getelementptr inbounds nuw %struct.entry, ptr %10, i32 0, i32 0, !dbg !61
  %12 = load ptr, ptr %11, align 4, !dbg !61, !tbaa !62
  %13 = icmp ne ptr %12, null, !dbg !64
  br i1 %13, label %15, label %14, !dbg !65

14:                                               ; preds = %9
  call void @llvm.lifetime.end.p0(ptr %7) #2, !dbg !66
  br label %24

15:                                               ; preds = %9
  %16 = load ptr, ptr %7, align 4, !dbg !67, !tbaa !57
  %17 = load i32, ptr %4, align 4, !dbg !68, !tbaa !27
  %18 = call i32 @call(ptr noundef %16, i32 noundef %17), !dbg !69
  %19 = load i32, ptr %6, align 4, !dbg !70, !tbaa !27
  %20 = add nsw i32 %19, %18, !dbg !71
  store i32 %20, ptr %6, align 4, !dbg !72, !tbaa !27
  br label %21, !dbg !73

21:                                               ; preds = %15
  %22 = load ptr, ptr %7, align 4, !dbg !74, !tbaa !57
  %23 = getelementptr inbounds nuw %struct.entry, ptr %22, i32 1, !dbg !75
  store ptr %23, ptr %7, align 4, !dbg !76, !tbaa !57
  br label %9, !dbg !66, !llvm.loop !77

24:                                               ; preds = %14
  %25 = load i32, ptr %6, align 4, !dbg !81, !tbaa !27
  %26 = icmp ne i32 %25, 3, !dbg !82
  %27 = zext i1 %26 to i32, !dbg !83
  call void @llvm.lifetime.end.p0(ptr %6) #2, !dbg !84
  ret i32 %27, !dbg !85
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: nounwind
define internal i32 @call(ptr noundef %0, i32 noundef %1) #0 !dbg !86 {
  %3 = alloca ptr, align 4
  %4 = alloca i32, align 4
  store ptr %0, ptr %3, align 4, !tbaa !57
    #dbg_declare(ptr %3, !90, !DIExpression(), !92)
  store i32 %1, ptr %4, align 4, !tbaa !27
    #dbg_declare(ptr %4, !91, !DIExpression(), !93)
  %5 = load ptr, ptr %3, align 4, !dbg !94, !tbaa !57
  %6 = getelementptr inbounds nuw %struct.entry, ptr %5, i32 0, i32 1, !dbg !95
  %7 = load i32, ptr %6, align 4, !dbg !95, !tbaa !96
  %8 = icmp eq i32 %7, 2, !dbg !97
  br i1 %8, label %9, label %16, !dbg !98

9:                                                ; preds = %2
  %10 = load ptr, ptr %3, align 4, !dbg !99, !tbaa !57
  %11 = getelementptr inbounds nuw %struct.entry, ptr %10, i32 0, i32 0, !dbg !100
  %12 = load ptr, ptr %11, align 4, !dbg !100, !tbaa !62
  %13 = load i32, ptr %4, align 4, !dbg !101, !tbaa !27
  %14 = load i32, ptr %4, align 4, !dbg !102, !tbaa !27
  %15 = call i32 %12(i32 noundef %13, i32 noundef %14), !dbg !103
  br label %22, !dbg !94

16:                                               ; preds = %2
  %17 = load ptr, ptr %3, align 4, !dbg !104, !tbaa !57
  %18 = getelementptr inbounds nuw %struct.entry, ptr %17, i32 0, i32 0, !dbg !105
  %19 = load ptr, ptr %18, align 4, !dbg !105, !tbaa !62
  %20 = load i32, ptr %4, align 4, !dbg !106, !tbaa !27
  %21 = call i32 %19(i32 noundef %20), !dbg !107
  br label %22, !dbg !94

22:                                               ; preds = %16, %9
  %23 = phi i32 [ %15, %9 ], [ %21, %16 ], !dbg !108
  ret i32 %23, !dbg !109
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: nounwind
define internal i32 @one(i32 noundef %0) #0 !dbg !110 {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !27
    #dbg_declare(ptr %2, !112, !DIExpression(), !113)
  %3 = load i32, ptr %2, align 4, !dbg !114, !tbaa !27
  ret i32 %3, !dbg !115
}

; Function Attrs: nounwind
define internal i32 @two(i32 noundef %0, i32 noundef %1) #0 !dbg !116 {
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  store i32 %0, ptr %3, align 4, !tbaa !27
    #dbg_declare(ptr %3, !118, !DIExpression(), !120)
  store i32 %1, ptr %4, align 4, !tbaa !27
    #dbg_declare(ptr %4, !119, !DIExpression(), !121)
  %5 = load i32, ptr %3, align 4, !dbg !122, !tbaa !27
  %6 = load i32, ptr %4, align 4, !dbg !123, !tbaa !27
  %7 = add nsw i32 %5, %6, !dbg !124
  ret i32 %7, !dbg !125
}

attributes #0 = { nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nounwind }

!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!23, !24, !25}
!llvm.ident = !{!26}
!llvm.errno.tbaa = !{!27}

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "table", scope: !2, file: !3, line: 7, type: !14, isLocal: true, isDefinition: true)
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
!16 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "entry", file: !3, line: 4, size: 64, elements: !17)
!17 = !{!18, !19}
!18 = !DIDerivedType(tag: DW_TAG_member, name: "call", scope: !16, file: !3, line: 4, baseType: !5, size: 32)
!19 = !DIDerivedType(tag: DW_TAG_member, name: "args", scope: !16, file: !3, line: 4, baseType: !20, size: 32, offset: 32)
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
!31 = distinct !DISubprogram(name: "main", linkageName: "__main_argc_argv", scope: !3, file: !3, line: 11, type: !32, scopeLine: 11, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !37, keyInstructions: true)
!32 = !DISubroutineType(types: !33)
!33 = !{!9, !9, !34}
!34 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !35, size: 32)
!35 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !36, size: 32)
!36 = !DIBasicType(name: "char", size: 8, encoding: DW_ATE_signed_char)
!37 = !{!38, !39, !40, !41}
!38 = !DILocalVariable(name: "argc", arg: 1, scope: !31, file: !3, line: 11, type: !9)
!39 = !DILocalVariable(name: "argv", arg: 2, scope: !31, file: !3, line: 11, type: !34)
!40 = !DILocalVariable(name: "n", scope: !31, file: !3, line: 13, type: !9)
!41 = !DILocalVariable(name: "e", scope: !42, file: !3, line: 14, type: !43)
!42 = distinct !DILexicalBlock(scope: !31, file: !3, line: 14, column: 2)
!43 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !15, size: 32)
!44 = !DILocation(line: 11, column: 14, scope: !31)
!45 = !{!46, !46, i64 0}
!46 = !{!"p2 omnipotent char", !47, i64 0}
!47 = !{!"any p2 pointer", !48, i64 0}
!48 = !{!"any pointer", !29, i64 0}
!49 = !DILocation(line: 11, column: 27, scope: !31)
!50 = !DILocation(line: 12, column: 8, scope: !31)
!51 = !DILocation(line: 13, column: 2, scope: !31)
!52 = !DILocation(line: 13, column: 6, scope: !31)
!53 = !DILocation(line: 13, column: 6, scope: !31, atomGroup: 1, atomRank: 1)
!54 = !DILocation(line: 14, column: 7, scope: !42)
!55 = !DILocation(line: 14, column: 27, scope: !42)
!56 = !DILocation(line: 14, column: 27, scope: !42, atomGroup: 2, atomRank: 1)
!57 = !{!58, !58, i64 0}
!58 = !{!"p1 _ZTS5entry", !48, i64 0}
!59 = !DILocation(line: 14, column: 38, scope: !60)
!60 = distinct !DILexicalBlock(scope: !42, file: !3, line: 14, column: 2)
!61 = !DILocation(line: 14, column: 41, scope: !60)
!62 = !{!63, !48, i64 0}
!63 = !{!"entry", !48, i64 0, !28, i64 4}
!64 = !DILocation(line: 14, column: 2, scope: !42, atomGroup: 3, atomRank: 1)
!65 = !DILocation(line: 14, column: 2, scope: !42, atomGroup: 4, atomRank: 1)
!66 = !DILocation(line: 14, column: 2, scope: !60)
!67 = !DILocation(line: 14, column: 62, scope: !60)
!68 = !DILocation(line: 14, column: 65, scope: !60)
!69 = !DILocation(line: 14, column: 57, scope: !60)
!70 = !DILocation(line: 14, column: 54, scope: !60)
!71 = !DILocation(line: 14, column: 54, scope: !60, atomGroup: 5, atomRank: 2)
!72 = !DILocation(line: 14, column: 54, scope: !60, atomGroup: 5, atomRank: 1)
!73 = !DILocation(line: 14, column: 52, scope: !60, atomGroup: 7, atomRank: 1)
!74 = !DILocation(line: 14, column: 48, scope: !60)
!75 = !DILocation(line: 14, column: 48, scope: !60, atomGroup: 6, atomRank: 2)
!76 = !DILocation(line: 14, column: 48, scope: !60, atomGroup: 6, atomRank: 1)
!77 = distinct !{!77, !78, !79, !80}
!78 = !DILocation(line: 14, column: 2, scope: !42)
!79 = !DILocation(line: 14, column: 69, scope: !42)
!80 = !{!"llvm.loop.mustprogress"}
!81 = !DILocation(line: 15, column: 9, scope: !31)
!82 = !DILocation(line: 15, column: 11, scope: !31, atomGroup: 9, atomRank: 3)
!83 = !DILocation(line: 15, column: 11, scope: !31, atomGroup: 9, atomRank: 2)
!84 = !DILocation(line: 16, column: 1, scope: !31)
!85 = !DILocation(line: 15, column: 2, scope: !31, atomGroup: 9, atomRank: 1)
!86 = distinct !DISubprogram(name: "call", scope: !3, file: !3, line: 8, type: !87, scopeLine: 8, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !89, keyInstructions: true)
!87 = !DISubroutineType(types: !88)
!88 = !{!9, !43, !9}
!89 = !{!90, !91}
!90 = !DILocalVariable(name: "e", arg: 1, scope: !86, file: !3, line: 8, type: !43)
!91 = !DILocalVariable(name: "a", arg: 2, scope: !86, file: !3, line: 8, type: !9)
!92 = !DILocation(line: 8, column: 37, scope: !86)
!93 = !DILocation(line: 8, column: 44, scope: !86)
!94 = !DILocation(line: 9, column: 9, scope: !86)
!95 = !DILocation(line: 9, column: 12, scope: !86)
!96 = !{!63, !28, i64 4}
!97 = !DILocation(line: 9, column: 17, scope: !86, atomGroup: 2, atomRank: 2)
!98 = !DILocation(line: 9, column: 9, scope: !86, atomGroup: 2, atomRank: 1)
!99 = !DILocation(line: 9, column: 44, scope: !86)
!100 = !DILocation(line: 9, column: 47, scope: !86)
!101 = !DILocation(line: 9, column: 53, scope: !86)
!102 = !DILocation(line: 9, column: 56, scope: !86)
!103 = !DILocation(line: 9, column: 24, scope: !86)
!104 = !DILocation(line: 9, column: 76, scope: !86)
!105 = !DILocation(line: 9, column: 79, scope: !86)
!106 = !DILocation(line: 9, column: 85, scope: !86)
!107 = !DILocation(line: 9, column: 61, scope: !86)
!108 = !DILocation(line: 9, column: 9, scope: !86, atomGroup: 1, atomRank: 2)
!109 = !DILocation(line: 9, column: 2, scope: !86, atomGroup: 1, atomRank: 1)
!110 = distinct !DISubprogram(name: "one", scope: !3, file: !3, line: 5, type: !11, scopeLine: 5, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !111, keyInstructions: true)
!111 = !{!112}
!112 = !DILocalVariable(name: "a", arg: 1, scope: !110, file: !3, line: 5, type: !9)
!113 = !DILocation(line: 5, column: 20, scope: !110)
!114 = !DILocation(line: 5, column: 32, scope: !110, atomGroup: 1, atomRank: 2)
!115 = !DILocation(line: 5, column: 25, scope: !110, atomGroup: 1, atomRank: 1)
!116 = distinct !DISubprogram(name: "two", scope: !3, file: !3, line: 6, type: !7, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !117, keyInstructions: true)
!117 = !{!118, !119}
!118 = !DILocalVariable(name: "a", arg: 1, scope: !116, file: !3, line: 6, type: !9)
!119 = !DILocalVariable(name: "b", arg: 2, scope: !116, file: !3, line: 6, type: !9)
!120 = !DILocation(line: 6, column: 20, scope: !116)
!121 = !DILocation(line: 6, column: 27, scope: !116)
!122 = !DILocation(line: 6, column: 39, scope: !116)
!123 = !DILocation(line: 6, column: 43, scope: !116)
!124 = !DILocation(line: 6, column: 41, scope: !116, atomGroup: 1, atomRank: 2)
!125 = !DILocation(line: 6, column: 32, scope: !116, atomGroup: 1, atomRank: 1)
