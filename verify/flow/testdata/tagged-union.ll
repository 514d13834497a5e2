; ModuleID = 'tagged-union.c'
source_filename = "tagged-union.c"
target datalayout = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
target triple = "wasm32-unknown-wasip1"

%struct.entry = type { i32, %union.call }
%union.call = type { ptr }

; Function Attrs: nounwind
define hidden i32 @__main_argc_argv(i32 noundef %0, ptr noundef %1) #0 !dbg !10 {
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca ptr, align 4
  %6 = alloca [2 x %struct.entry], align 16
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  store i32 0, ptr %3, align 4
  store i32 %0, ptr %4, align 4, !tbaa !6
    #dbg_declare(ptr %4, !18, !DIExpression(), !41)
  store ptr %1, ptr %5, align 4, !tbaa !42
    #dbg_declare(ptr %5, !19, !DIExpression(), !46)
  %9 = load ptr, ptr %5, align 4, !dbg !47, !tbaa !42
  call void @llvm.lifetime.start.p0(ptr %6) #2, !dbg !48
    #dbg_declare(ptr %6, !20, !DIExpression(), !49)
  %10 = getelementptr inbounds [2 x %struct.entry], ptr %6, i32 0, i32 0, !dbg !50
  %11 = getelementptr inbounds nuw %struct.entry, ptr %10, i32 0, i32 0, !dbg !51
  store i32 1, ptr %11, align 16, !dbg !52, !tbaa !53
  %12 = getelementptr inbounds [2 x %struct.entry], ptr %6, i32 0, i32 0, !dbg !55
  %13 = getelementptr inbounds nuw %struct.entry, ptr %12, i32 0, i32 1, !dbg !56
  store ptr @one, ptr %13, align 4, !dbg !57, !tbaa !58
  %14 = getelementptr inbounds [2 x %struct.entry], ptr %6, i32 0, i32 1, !dbg !59
  %15 = getelementptr inbounds nuw %struct.entry, ptr %14, i32 0, i32 0, !dbg !60
  store i32 3, ptr %15, align 8, !dbg !61, !tbaa !53
  %16 = getelementptr inbounds [2 x %struct.entry], ptr %6, i32 0, i32 1, !dbg !62
  %17 = getelementptr inbounds nuw %struct.entry, ptr %16, i32 0, i32 1, !dbg !63
  store ptr @three, ptr %17, align 4, !dbg !64, !tbaa !58
  call void @llvm.lifetime.start.p0(ptr %7) #2, !dbg !65
    #dbg_declare(ptr %7, !38, !DIExpression(), !66)
  store i32 0, ptr %7, align 4, !dbg !67, !tbaa !6
  call void @llvm.lifetime.start.p0(ptr %8) #2, !dbg !68
    #dbg_declare(ptr %8, !39, !DIExpression(), !69)
  store i32 0, ptr %8, align 4, !dbg !70, !tbaa !6
  br label %18, !dbg !68

18:                                               ; preds = %48, %2
  %19 = load i32, ptr %8, align 4, !dbg !71, !tbaa !6
  %20 = icmp slt i32 %19, 2, !dbg !73
  br i1 %20, label %22, label %21, !dbg !74

21:                                               ; preds = %18
  call void @llvm.lifetime.end.p0(ptr %8) #2, !dbg !75
  br label %51

22:                                               ; preds = %18
  %23 = load i32, ptr %8, align 4, !dbg !76, !tbaa !6
  %24 = getelementptr inbounds [2 x %struct.entry], ptr %6, i32 0, i32 %23, !dbg !77
  %25 = getelementptr inbounds nuw %struct.entry, ptr %24, i32 0, i32 0, !dbg !78
  %26 = load i32, ptr %25, align 8, !dbg !78, !tbaa !53
  %27 = icmp eq i32 %26, 3, !dbg !79
  br i1 %27, label %28, label %37, !dbg !80

28:                                               ; preds = %22
  %29 = load i32, ptr %8, align 4, !dbg !81, !tbaa !6
  %30 = getelementptr inbounds [2 x %struct.entry], ptr %6, i32 0, i32 %29, !dbg !82
  %31 = getelementptr inbounds nuw %struct.entry, ptr %30, i32 0, i32 1, !dbg !83
  %32 = load ptr, ptr %31, align 4, !dbg !82, !tbaa !58
  %33 = load i32, ptr %4, align 4, !dbg !84, !tbaa !6
  %34 = load i32, ptr %4, align 4, !dbg !85, !tbaa !6
  %35 = load i32, ptr %4, align 4, !dbg !86, !tbaa !6
  %36 = call i32 %32(i32 noundef %33, i32 noundef %34, i32 noundef %35), !dbg !82
  br label %44, !dbg !77

37:                                               ; preds = %22
  %38 = load i32, ptr %8, align 4, !dbg !87, !tbaa !6
  %39 = getelementptr inbounds [2 x %struct.entry], ptr %6, i32 0, i32 %38, !dbg !88
  %40 = getelementptr inbounds nuw %struct.entry, ptr %39, i32 0, i32 1, !dbg !89
  %41 = load ptr, ptr %40, align 4, !dbg !88, !tbaa !58
  %42 = load i32, ptr %4, align 4, !dbg !90, !tbaa !6
  %43 = call i32 %41(i32 noundef %42), !dbg !88
  br label %44, !dbg !77

44:                                               ; preds = %37, %28
  %45 = phi i32 [ %36, %28 ], [ %43, %37 ], !dbg !77
  %46 = load i32, ptr %7, align 4, !dbg !91, !tbaa !6
  %47 = add nsw i32 %46, %45, !dbg !92
  store i32 %47, ptr %7, align 4, !dbg !93, !tbaa !6
  br label %48, !dbg !94

48:                                               ; preds = %44
  %49 = load i32, ptr %8, align 4, !dbg !95, !tbaa !6
  %50 = add nsw i32 %49, 1, !dbg !96
  store i32 %50, ptr %8, align 4, !dbg !97, !tbaa !6
  br label %18, !dbg !75, !llvm.loop !98

51:                                               ; preds = %21
  %52 = load i32, ptr %7, align 4, !dbg !102, !tbaa !6
  %53 = icmp ne i32 %52, 4, !dbg !103
  %54 = zext i1 %53 to i32, !dbg !104
  call void @llvm.lifetime.end.p0(ptr %7) #2, !dbg !105
  call void @llvm.lifetime.end.p0(ptr %6) #2, !dbg !105
  ret i32 %54, !dbg !106
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: nounwind
define internal i32 @one(i32 noundef %0) #0 !dbg !107 {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !6
    #dbg_declare(ptr %2, !109, !DIExpression(), !110)
  %3 = load i32, ptr %2, align 4, !dbg !111, !tbaa !6
  ret i32 %3, !dbg !112
}

; Function Attrs: nounwind
define internal i32 @three(i32 noundef %0, i32 noundef %1, i32 noundef %2) #0 !dbg !113 {
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  store i32 %0, ptr %4, align 4, !tbaa !6
    #dbg_declare(ptr %4, !115, !DIExpression(), !118)
  store i32 %1, ptr %5, align 4, !tbaa !6
    #dbg_declare(ptr %5, !116, !DIExpression(), !119)
  store i32 %2, ptr %6, align 4, !tbaa !6
    #dbg_declare(ptr %6, !117, !DIExpression(), !120)
  %7 = load i32, ptr %4, align 4, !dbg !121, !tbaa !6
  %8 = load i32, ptr %5, align 4, !dbg !122, !tbaa !6
  %9 = add nsw i32 %7, %8, !dbg !123
  %10 = load i32, ptr %6, align 4, !dbg !124, !tbaa !6
  %11 = add nsw i32 %9, %10, !dbg !125
  ret i32 %11, !dbg !126
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

attributes #0 = { nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nounwind }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4}
!llvm.ident = !{!5}
!llvm.errno.tbaa = !{!6}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 22.1.8 (1~deb13u5)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "tagged-union.c", directory: "/micro")
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{!"Debian clang version 22.1.8 (1~deb13u5)"}
!6 = !{!7, !7, i64 0}
!7 = !{!"int", !8, i64 0}
!8 = !{!"omnipotent char", !9, i64 0}
!9 = !{!"Simple C/C++ TBAA"}
!10 = distinct !DISubprogram(name: "main", linkageName: "__main_argc_argv", scope: !1, file: !1, line: 8, type: !11, scopeLine: 8, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !17, keyInstructions: true)
!11 = !DISubroutineType(types: !12)
!12 = !{!13, !13, !14}
!13 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!14 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !15, size: 32)
!15 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !16, size: 32)
!16 = !DIBasicType(name: "char", size: 8, encoding: DW_ATE_signed_char)
!17 = !{!18, !19, !20, !38, !39}
!18 = !DILocalVariable(name: "argc", arg: 1, scope: !10, file: !1, line: 8, type: !13)
!19 = !DILocalVariable(name: "argv", arg: 2, scope: !10, file: !1, line: 8, type: !14)
!20 = !DILocalVariable(name: "e", scope: !10, file: !1, line: 10, type: !21)
!21 = !DICompositeType(tag: DW_TAG_array_type, baseType: !22, size: 128, elements: !36)
!22 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "entry", file: !1, line: 5, size: 64, elements: !23)
!23 = !{!24, !25}
!24 = !DIDerivedType(tag: DW_TAG_member, name: "kind", scope: !22, file: !1, line: 5, baseType: !13, size: 32)
!25 = !DIDerivedType(tag: DW_TAG_member, name: "u", scope: !22, file: !1, line: 5, baseType: !26, size: 32, offset: 32)
!26 = distinct !DICompositeType(tag: DW_TAG_union_type, name: "call", file: !1, line: 4, size: 32, elements: !27)
!27 = !{!28, !32}
!28 = !DIDerivedType(tag: DW_TAG_member, name: "one", scope: !26, file: !1, line: 4, baseType: !29, size: 32)
!29 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !30, size: 32)
!30 = !DISubroutineType(types: !31)
!31 = !{!13, !13}
!32 = !DIDerivedType(tag: DW_TAG_member, name: "three", scope: !26, file: !1, line: 4, baseType: !33, size: 32)
!33 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !34, size: 32)
!34 = !DISubroutineType(types: !35)
!35 = !{!13, !13, !13, !13}
!36 = !{!37}
!37 = !DISubrange(count: 2)
!38 = !DILocalVariable(name: "n", scope: !10, file: !1, line: 13, type: !13)
!39 = !DILocalVariable(name: "i", scope: !40, file: !1, line: 14, type: !13)
!40 = distinct !DILexicalBlock(scope: !10, file: !1, line: 14, column: 2)
!41 = !DILocation(line: 8, column: 14, scope: !10)
!42 = !{!43, !43, i64 0}
!43 = !{!"p2 omnipotent char", !44, i64 0}
!44 = !{!"any p2 pointer", !45, i64 0}
!45 = !{!"any pointer", !8, i64 0}
!46 = !DILocation(line: 8, column: 27, scope: !10)
!47 = !DILocation(line: 9, column: 8, scope: !10)
!48 = !DILocation(line: 10, column: 2, scope: !10)
!49 = !DILocation(line: 10, column: 15, scope: !10)
!50 = !DILocation(line: 11, column: 2, scope: !10)
!51 = !DILocation(line: 11, column: 7, scope: !10)
!52 = !DILocation(line: 11, column: 12, scope: !10, atomGroup: 1, atomRank: 1)
!53 = !{!54, !7, i64 0}
!54 = !{!"entry", !7, i64 0, !8, i64 4}
!55 = !DILocation(line: 11, column: 17, scope: !10)
!56 = !DILocation(line: 11, column: 22, scope: !10)
!57 = !DILocation(line: 11, column: 28, scope: !10, atomGroup: 2, atomRank: 1)
!58 = !{!8, !8, i64 0}
!59 = !DILocation(line: 12, column: 2, scope: !10)
!60 = !DILocation(line: 12, column: 7, scope: !10)
!61 = !DILocation(line: 12, column: 12, scope: !10, atomGroup: 3, atomRank: 1)
!62 = !DILocation(line: 12, column: 17, scope: !10)
!63 = !DILocation(line: 12, column: 22, scope: !10)
!64 = !DILocation(line: 12, column: 30, scope: !10, atomGroup: 4, atomRank: 1)
!65 = !DILocation(line: 13, column: 2, scope: !10)
!66 = !DILocation(line: 13, column: 6, scope: !10)
!67 = !DILocation(line: 13, column: 6, scope: !10, atomGroup: 5, atomRank: 1)
!68 = !DILocation(line: 14, column: 7, scope: !40)
!69 = !DILocation(line: 14, column: 11, scope: !40)
!70 = !DILocation(line: 14, column: 11, scope: !40, atomGroup: 6, atomRank: 1)
!71 = !DILocation(line: 14, column: 18, scope: !72)
!72 = distinct !DILexicalBlock(scope: !40, file: !1, line: 14, column: 2)
!73 = !DILocation(line: 14, column: 20, scope: !72, atomGroup: 7, atomRank: 1)
!74 = !DILocation(line: 14, column: 2, scope: !40, atomGroup: 8, atomRank: 1)
!75 = !DILocation(line: 14, column: 2, scope: !72)
!76 = !DILocation(line: 14, column: 37, scope: !72)
!77 = !DILocation(line: 14, column: 35, scope: !72)
!78 = !DILocation(line: 14, column: 40, scope: !72)
!79 = !DILocation(line: 14, column: 45, scope: !72, atomGroup: 10, atomRank: 2)
!80 = !DILocation(line: 14, column: 35, scope: !72, atomGroup: 10, atomRank: 1)
!81 = !DILocation(line: 14, column: 54, scope: !72)
!82 = !DILocation(line: 14, column: 52, scope: !72)
!83 = !DILocation(line: 14, column: 57, scope: !72)
!84 = !DILocation(line: 14, column: 65, scope: !72)
!85 = !DILocation(line: 14, column: 71, scope: !72)
!86 = !DILocation(line: 14, column: 77, scope: !72)
!87 = !DILocation(line: 14, column: 87, scope: !72)
!88 = !DILocation(line: 14, column: 85, scope: !72)
!89 = !DILocation(line: 14, column: 90, scope: !72)
!90 = !DILocation(line: 14, column: 96, scope: !72)
!91 = !DILocation(line: 14, column: 32, scope: !72)
!92 = !DILocation(line: 14, column: 32, scope: !72, atomGroup: 9, atomRank: 2)
!93 = !DILocation(line: 14, column: 32, scope: !72, atomGroup: 9, atomRank: 1)
!94 = !DILocation(line: 14, column: 30, scope: !72, atomGroup: 12, atomRank: 1)
!95 = !DILocation(line: 14, column: 26, scope: !72)
!96 = !DILocation(line: 14, column: 26, scope: !72, atomGroup: 11, atomRank: 2)
!97 = !DILocation(line: 14, column: 26, scope: !72, atomGroup: 11, atomRank: 1)
!98 = distinct !{!98, !99, !100, !101}
!99 = !DILocation(line: 14, column: 2, scope: !40)
!100 = !DILocation(line: 14, column: 100, scope: !40)
!101 = !{!"llvm.loop.mustprogress"}
!102 = !DILocation(line: 15, column: 9, scope: !10)
!103 = !DILocation(line: 15, column: 11, scope: !10, atomGroup: 14, atomRank: 3)
!104 = !DILocation(line: 15, column: 11, scope: !10, atomGroup: 14, atomRank: 2)
!105 = !DILocation(line: 16, column: 1, scope: !10)
!106 = !DILocation(line: 15, column: 2, scope: !10, atomGroup: 14, atomRank: 1)
!107 = distinct !DISubprogram(name: "one", scope: !1, file: !1, line: 6, type: !30, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !108, keyInstructions: true)
!108 = !{!109}
!109 = !DILocalVariable(name: "a", arg: 1, scope: !107, file: !1, line: 6, type: !13)
!110 = !DILocation(line: 6, column: 20, scope: !107)
!111 = !DILocation(line: 6, column: 32, scope: !107, atomGroup: 1, atomRank: 2)
!112 = !DILocation(line: 6, column: 25, scope: !107, atomGroup: 1, atomRank: 1)
!113 = distinct !DISubprogram(name: "three", scope: !1, file: !1, line: 7, type: !34, scopeLine: 7, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !114, keyInstructions: true)
!114 = !{!115, !116, !117}
!115 = !DILocalVariable(name: "a", arg: 1, scope: !113, file: !1, line: 7, type: !13)
!116 = !DILocalVariable(name: "b", arg: 2, scope: !113, file: !1, line: 7, type: !13)
!117 = !DILocalVariable(name: "c", arg: 3, scope: !113, file: !1, line: 7, type: !13)
!118 = !DILocation(line: 7, column: 22, scope: !113)
!119 = !DILocation(line: 7, column: 29, scope: !113)
!120 = !DILocation(line: 7, column: 36, scope: !113)
!121 = !DILocation(line: 7, column: 48, scope: !113)
!122 = !DILocation(line: 7, column: 52, scope: !113)
!123 = !DILocation(line: 7, column: 50, scope: !113)
!124 = !DILocation(line: 7, column: 56, scope: !113)
!125 = !DILocation(line: 7, column: 54, scope: !113, atomGroup: 1, atomRank: 2)
!126 = !DILocation(line: 7, column: 41, scope: !113, atomGroup: 1, atomRank: 1)
