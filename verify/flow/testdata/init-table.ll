; ModuleID = 'init-table.c'
source_filename = "init-table.c"
target datalayout = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
target triple = "wasm32-unknown-wasip1"

%struct.node = type { %struct.item, i32 }
%struct.item = type { i32 }

@__const.main.n = private unnamed_addr constant %struct.node { %struct.item { i32 1 }, i32 5 }, align 4
@destroyers = internal constant [2 x ptr] [ptr @free_leaf, ptr @free_node], align 4, !dbg !0

@__main_void = hidden alias i32 (), ptr @main

; Function Attrs: nounwind
define hidden i32 @main() #0 !dbg !27 {
  %1 = alloca i32, align 4
  %2 = alloca %struct.item, align 4
  %3 = alloca %struct.node, align 4
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #4, !dbg !37
    #dbg_declare(ptr %2, !31, !DIExpression(), !38)
  call void @llvm.memset.p0.i32(ptr align 4 %2, i8 0, i32 4, i1 false), !dbg !39
  call void @llvm.lifetime.start.p0(ptr %3) #4, !dbg !40
    #dbg_declare(ptr %3, !32, !DIExpression(), !41)
  call void @llvm.memcpy.p0.p0.i32(ptr align 4 %3, ptr align 4 @__const.main.n, i32 8, i1 false), !dbg !42
  %4 = getelementptr inbounds nuw %struct.item, ptr %2, i32 0, i32 0, !dbg !43
  %5 = load i32, ptr %4, align 4, !dbg !43, !tbaa !44
  %6 = getelementptr inbounds [2 x ptr], ptr @destroyers, i32 0, i32 %5, !dbg !46
  %7 = load ptr, ptr %6, align 4, !dbg !46, !tbaa !47
  call void %7(ptr noundef %2), !dbg !46
  %8 = getelementptr inbounds nuw %struct.node, ptr %3, i32 0, i32 0, !dbg !49
  %9 = getelementptr inbounds nuw %struct.item, ptr %8, i32 0, i32 0, !dbg !50
  %10 = load i32, ptr %9, align 4, !dbg !50, !tbaa !51
  %11 = getelementptr inbounds [2 x ptr], ptr @destroyers, i32 0, i32 %10, !dbg !53
  %12 = load ptr, ptr %11, align 4, !dbg !53, !tbaa !47
  %13 = getelementptr inbounds nuw %struct.node, ptr %3, i32 0, i32 0, !dbg !54
  call void %12(ptr noundef %13), !dbg !53
  call void @llvm.lifetime.end.p0(ptr %3) #4, !dbg !55
  call void @llvm.lifetime.end.p0(ptr %2) #4, !dbg !55
  ret i32 0, !dbg !56
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i32(ptr writeonly captures(none), i8, i32, i1 immarg) #2

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i32(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i32, i1 immarg) #3

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: nounwind
define internal void @free_leaf(ptr noundef %0) #0 !dbg !57 {
  %2 = alloca ptr, align 4
  store ptr %0, ptr %2, align 4, !tbaa !60
    #dbg_declare(ptr %2, !59, !DIExpression(), !62)
  %3 = load ptr, ptr %2, align 4, !dbg !63, !tbaa !60
  %4 = getelementptr inbounds nuw %struct.item, ptr %3, i32 0, i32 0, !dbg !64
  store i32 9, ptr %4, align 4, !dbg !65, !tbaa !44
  ret void, !dbg !66
}

; Function Attrs: nounwind
define internal i32 @free_node(ptr noundef %0) #0 !dbg !67 {
  %2 = alloca ptr, align 4
  store ptr %0, ptr %2, align 4, !tbaa !73
    #dbg_declare(ptr %2, !72, !DIExpression(), !75)
  %3 = load ptr, ptr %2, align 4, !dbg !76, !tbaa !73
  %4 = getelementptr inbounds nuw %struct.node, ptr %3, i32 0, i32 1, !dbg !77
  store i32 0, ptr %4, align 4, !dbg !78, !tbaa !79
  ret i32 1, !dbg !80
}

attributes #0 = { nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #3 = { nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #4 = { nounwind }

!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!19, !20, !21}
!llvm.ident = !{!22}
!llvm.errno.tbaa = !{!23}

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "destroyers", scope: !2, file: !3, line: 10, type: !15, isLocal: true, isDefinition: true)
!2 = distinct !DICompileUnit(language: DW_LANG_C11, file: !3, producer: "Debian clang version 22.1.8 (1~deb13u5)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, retainedTypes: !4, globals: !14, splitDebugInlining: false, nameTableKind: None)
!3 = !DIFile(filename: "init-table.c", directory: "/micro")
!4 = !{!5}
!5 = !DIDerivedType(tag: DW_TAG_typedef, name: "destroy", file: !3, line: 7, baseType: !6)
!6 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !7, size: 32)
!7 = !DISubroutineType(types: !8)
!8 = !{null, !9}
!9 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !10, size: 32)
!10 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "item", file: !3, line: 5, size: 32, elements: !11)
!11 = !{!12}
!12 = !DIDerivedType(tag: DW_TAG_member, name: "kind", scope: !10, file: !3, line: 5, baseType: !13, size: 32)
!13 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!14 = !{!0}
!15 = !DICompositeType(tag: DW_TAG_array_type, baseType: !16, size: 64, elements: !17)
!16 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !5)
!17 = !{!18}
!18 = !DISubrange(count: 2)
!19 = !{i32 7, !"Dwarf Version", i32 4}
!20 = !{i32 2, !"Debug Info Version", i32 3}
!21 = !{i32 1, !"wchar_size", i32 4}
!22 = !{!"Debian clang version 22.1.8 (1~deb13u5)"}
!23 = !{!24, !24, i64 0}
!24 = !{!"int", !25, i64 0}
!25 = !{!"omnipotent char", !26, i64 0}
!26 = !{!"Simple C/C++ TBAA"}
!27 = distinct !DISubprogram(name: "main", scope: !3, file: !3, line: 11, type: !28, scopeLine: 11, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !30, keyInstructions: true)
!28 = !DISubroutineType(types: !29)
!29 = !{!13}
!30 = !{!31, !32}
!31 = !DILocalVariable(name: "leaf", scope: !27, file: !3, line: 12, type: !10)
!32 = !DILocalVariable(name: "n", scope: !27, file: !3, line: 13, type: !33)
!33 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "node", file: !3, line: 6, size: 64, elements: !34)
!34 = !{!35, !36}
!35 = !DIDerivedType(tag: DW_TAG_member, name: "head", scope: !33, file: !3, line: 6, baseType: !10, size: 32)
!36 = !DIDerivedType(tag: DW_TAG_member, name: "weight", scope: !33, file: !3, line: 6, baseType: !13, size: 32, offset: 32)
!37 = !DILocation(line: 12, column: 2, scope: !27)
!38 = !DILocation(line: 12, column: 14, scope: !27)
!39 = !DILocation(line: 12, column: 14, scope: !27, atomGroup: 1, atomRank: 1)
!40 = !DILocation(line: 13, column: 2, scope: !27)
!41 = !DILocation(line: 13, column: 14, scope: !27)
!42 = !DILocation(line: 13, column: 14, scope: !27, atomGroup: 2, atomRank: 1)
!43 = !DILocation(line: 14, column: 18, scope: !27)
!44 = !{!45, !24, i64 0}
!45 = !{!"item", !24, i64 0}
!46 = !DILocation(line: 14, column: 2, scope: !27)
!47 = !{!48, !48, i64 0}
!48 = !{!"any pointer", !25, i64 0}
!49 = !DILocation(line: 15, column: 15, scope: !27)
!50 = !DILocation(line: 15, column: 20, scope: !27)
!51 = !{!52, !24, i64 0}
!52 = !{!"node", !45, i64 0, !24, i64 4}
!53 = !DILocation(line: 15, column: 2, scope: !27)
!54 = !DILocation(line: 15, column: 29, scope: !27)
!55 = !DILocation(line: 17, column: 1, scope: !27)
!56 = !DILocation(line: 16, column: 2, scope: !27, atomGroup: 4, atomRank: 1)
!57 = distinct !DISubprogram(name: "free_leaf", scope: !3, file: !3, line: 9, type: !7, scopeLine: 9, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !58, keyInstructions: true)
!58 = !{!59}
!59 = !DILocalVariable(name: "i", arg: 1, scope: !57, file: !3, line: 9, type: !9)
!60 = !{!61, !61, i64 0}
!61 = !{!"p1 _ZTS4item", !48, i64 0}
!62 = !DILocation(line: 9, column: 36, scope: !57)
!63 = !DILocation(line: 9, column: 41, scope: !57)
!64 = !DILocation(line: 9, column: 44, scope: !57)
!65 = !DILocation(line: 9, column: 49, scope: !57, atomGroup: 1, atomRank: 1)
!66 = !DILocation(line: 9, column: 54, scope: !57, atomGroup: 2, atomRank: 1)
!67 = distinct !DISubprogram(name: "free_node", scope: !3, file: !3, line: 8, type: !68, scopeLine: 8, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !71, keyInstructions: true)
!68 = !DISubroutineType(types: !69)
!69 = !{!13, !70}
!70 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !33, size: 32)
!71 = !{!72}
!72 = !DILocalVariable(name: "n", arg: 1, scope: !67, file: !3, line: 8, type: !70)
!73 = !{!74, !74, i64 0}
!74 = !{!"p1 _ZTS4node", !48, i64 0}
!75 = !DILocation(line: 8, column: 35, scope: !67)
!76 = !DILocation(line: 8, column: 40, scope: !67)
!77 = !DILocation(line: 8, column: 43, scope: !67)
!78 = !DILocation(line: 8, column: 50, scope: !67, atomGroup: 1, atomRank: 1)
!79 = !{!52, !24, i64 4}
!80 = !DILocation(line: 8, column: 55, scope: !67, atomGroup: 2, atomRank: 1)
