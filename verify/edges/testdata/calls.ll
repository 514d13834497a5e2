; ModuleID = 'calls.c'
source_filename = "calls.c"
target datalayout = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
target triple = "wasm32-unknown-wasip1"

%struct.step = type { ptr, ptr }

@steps = internal constant [3 x %struct.step] [%struct.step { ptr @.str.2, ptr @half }, %struct.step { ptr @.str.3, ptr @next }, %struct.step { ptr @.str.4, ptr @twice }], align 16, !dbg !0
@last = internal global ptr @twice, align 4, !dbg !35
@.str = private unnamed_addr constant [5 x i8] c"trap\00", align 1, !dbg !19
@.str.1 = private unnamed_addr constant [5 x i8] c"none\00", align 1, !dbg !24
@.str.2 = private unnamed_addr constant [5 x i8] c"half\00", align 1, !dbg !26
@.str.3 = private unnamed_addr constant [5 x i8] c"next\00", align 1, !dbg !28
@.str.4 = private unnamed_addr constant [6 x i8] c"twice\00", align 1, !dbg !30

; Function Attrs: nounwind
define hidden i32 @__main_argc_argv(i32 noundef %0, ptr noundef %1) #0 !dbg !49 {
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca ptr, align 4
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca %struct.step, align 4
  %9 = alloca ptr, align 4
  %10 = alloca i8, align 1
  %11 = alloca i32, align 4
  store i32 0, ptr %3, align 4
  store i32 %0, ptr %4, align 4, !tbaa !45
    #dbg_declare(ptr %4, !55, !DIExpression(), !66)
  store ptr %1, ptr %5, align 4, !tbaa !67
    #dbg_declare(ptr %5, !56, !DIExpression(), !71)
  call void @llvm.lifetime.start.p0(ptr %6) #7, !dbg !72
    #dbg_declare(ptr %6, !57, !DIExpression(), !73)
  store i32 0, ptr %6, align 4, !dbg !74, !tbaa !45
  call void @llvm.lifetime.start.p0(ptr %7) #7, !dbg !75
    #dbg_declare(ptr %7, !58, !DIExpression(), !76)
  store i32 1, ptr %7, align 4, !dbg !77, !tbaa !45
  br label %12, !dbg !75

12:                                               ; preds = %33, %2
  %13 = load i32, ptr %7, align 4, !dbg !78, !tbaa !45
  %14 = load i32, ptr %4, align 4, !dbg !79, !tbaa !45
  %15 = icmp slt i32 %13, %14, !dbg !80
  br i1 %15, label %17, label %16, !dbg !81

16:                                               ; preds = %12
  call void @llvm.lifetime.end.p0(ptr %7) #7, !dbg !82
  br label %36

17:                                               ; preds = %12
  call void @llvm.lifetime.start.p0(ptr %8) #7, !dbg !83
    #dbg_declare(ptr %8, !60, !DIExpression(), !84)
  %18 = getelementptr inbounds nuw %struct.step, ptr %8, i32 0, i32 0, !dbg !85
  %19 = load ptr, ptr %5, align 4, !dbg !86, !tbaa !67
  %20 = load i32, ptr %7, align 4, !dbg !87, !tbaa !45
  %21 = getelementptr inbounds ptr, ptr %19, i32 %20, !dbg !86
  %22 = load ptr, ptr %21, align 4, !dbg !88, !tbaa !89
  store ptr %22, ptr %18, align 4, !dbg !91, !tbaa !92
  %23 = getelementptr inbounds nuw %struct.step, ptr %8, i32 0, i32 1, !dbg !85
  store ptr null, ptr %23, align 4, !dbg !91, !tbaa !94
  call void @llvm.lifetime.start.p0(ptr %9) #7, !dbg !95
    #dbg_declare(ptr %9, !63, !DIExpression(), !96)
  %24 = call ptr @bsearch(ptr noundef %8, ptr noundef @steps, i32 noundef 3, i32 noundef 8, ptr noundef @compare), !dbg !97
  store ptr %24, ptr %9, align 4, !dbg !98, !tbaa !99
  %25 = load ptr, ptr %9, align 4, !dbg !101, !tbaa !99
  %26 = icmp ne ptr %25, null, !dbg !103
  br i1 %26, label %27, label %32, !dbg !104

27:                                               ; preds = %17
  %28 = load ptr, ptr %9, align 4, !dbg !105, !tbaa !99
  %29 = call i32 @run(ptr noundef %28, i32 noundef 10), !dbg !107
  %30 = load i32, ptr %6, align 4, !dbg !108, !tbaa !45
  %31 = add nsw i32 %30, %29, !dbg !109
  store i32 %31, ptr %6, align 4, !dbg !110, !tbaa !45
  br label %32, !dbg !111

32:                                               ; preds = %27, %17
  call void @llvm.lifetime.end.p0(ptr %9) #7, !dbg !112
  call void @llvm.lifetime.end.p0(ptr %8) #7, !dbg !112
  br label %33, !dbg !113

33:                                               ; preds = %32
  %34 = load i32, ptr %7, align 4, !dbg !114, !tbaa !45
  %35 = add nsw i32 %34, 1, !dbg !115
  store i32 %35, ptr %7, align 4, !dbg !116, !tbaa !45
  br label %12, !dbg !82, !llvm.loop !117

36:                                               ; preds = %16
  %37 = load i32, ptr %6, align 4, !dbg !121, !tbaa !45
  %38 = icmp eq i32 %37, 0, !dbg !123
  br i1 %38, label %39, label %42, !dbg !124

39:                                               ; preds = %36
  %40 = load volatile ptr, ptr @last, align 4, !dbg !125, !tbaa !127
  %41 = call i32 %40(i32 noundef 0), !dbg !128
  call void @llvm.lifetime.end.p0(ptr %6) #7, !dbg !129
  ret i32 %41, !dbg !130

42:                                               ; preds = %36
  %43 = load ptr, ptr %5, align 4, !dbg !131, !tbaa !67
  %44 = load i32, ptr %4, align 4, !dbg !133, !tbaa !45
  %45 = sub nsw i32 %44, 1, !dbg !134
  %46 = getelementptr inbounds ptr, ptr %43, i32 %45, !dbg !131
  %47 = load ptr, ptr %46, align 4, !dbg !131, !tbaa !89
  %48 = call i32 @strcmp(ptr noundef %47, ptr noundef @.str) #8, !dbg !135
  %49 = icmp ne i32 %48, 0, !dbg !136
  br i1 %49, label %51, label %50, !dbg !137

50:                                               ; preds = %42
  call void @llvm.trap(), !dbg !138
  br label %51, !dbg !140

51:                                               ; preds = %50, %42
  call void @llvm.lifetime.start.p0(ptr %10) #7, !dbg !141
    #dbg_declare(ptr %10, !64, !DIExpression(), !142)
  store i8 0, ptr %10, align 1, !dbg !143, !tbaa !144
  call void @llvm.lifetime.start.p0(ptr %11) #7, !dbg !145
    #dbg_declare(ptr %11, !65, !DIExpression(), !146)
  %52 = call i32 (ptr, i32, ...) @open(ptr noundef @.str.1, i32 noundef 268435456), !dbg !147
  store i32 %52, ptr %11, align 4, !dbg !148, !tbaa !45
  %53 = load i32, ptr %11, align 4, !dbg !149, !tbaa !45
  %54 = call i32 @write(i32 noundef %53, ptr noundef %10, i32 noundef 1), !dbg !150
  %55 = icmp sgt i32 %54, 0, !dbg !151
  %56 = zext i1 %55 to i32, !dbg !151
  %57 = call i32 @getentropy(ptr noundef %10, i32 noundef %56), !dbg !152
  %58 = load i32, ptr %11, align 4, !dbg !153, !tbaa !45
  %59 = call i32 @close(i32 noundef %58), !dbg !154
  %60 = load i32, ptr %6, align 4, !dbg !155, !tbaa !45
  call void @exit(i32 noundef %60) #9, !dbg !156
  unreachable, !dbg !156
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare !dbg !157 ptr @bsearch(ptr noundef, ptr noundef, i32 noundef, i32 noundef, ptr noundef) #2

; Function Attrs: nounwind
define internal i32 @compare(ptr noundef %0, ptr noundef %1) #0 !dbg !170 {
  %3 = alloca ptr, align 4
  %4 = alloca ptr, align 4
  store ptr %0, ptr %3, align 4, !tbaa !127
    #dbg_declare(ptr %3, !172, !DIExpression(), !174)
  store ptr %1, ptr %4, align 4, !tbaa !127
    #dbg_declare(ptr %4, !173, !DIExpression(), !175)
  %5 = load ptr, ptr %3, align 4, !dbg !176, !tbaa !127
  %6 = getelementptr inbounds nuw %struct.step, ptr %5, i32 0, i32 0, !dbg !177
  %7 = load ptr, ptr %6, align 4, !dbg !177, !tbaa !92
  %8 = load ptr, ptr %4, align 4, !dbg !178, !tbaa !127
  %9 = getelementptr inbounds nuw %struct.step, ptr %8, i32 0, i32 0, !dbg !179
  %10 = load ptr, ptr %9, align 4, !dbg !179, !tbaa !92
  %11 = call i32 @strcmp(ptr noundef %7, ptr noundef %10) #8, !dbg !180
  ret i32 %11, !dbg !181
}

; Function Attrs: inlinehint nounwind
define internal i32 @run(ptr noundef %0, i32 noundef %1) #3 !dbg !182 {
  %3 = alloca ptr, align 4
  %4 = alloca i32, align 4
  store ptr %0, ptr %3, align 4, !tbaa !99
    #dbg_declare(ptr %3, !186, !DIExpression(), !188)
  store i32 %1, ptr %4, align 4, !tbaa !45
    #dbg_declare(ptr %4, !187, !DIExpression(), !189)
  %5 = load ptr, ptr %3, align 4, !dbg !190, !tbaa !99
  %6 = getelementptr inbounds nuw %struct.step, ptr %5, i32 0, i32 1, !dbg !191
  %7 = load ptr, ptr %6, align 4, !dbg !190, !tbaa !94
  %8 = load i32, ptr %4, align 4, !dbg !192, !tbaa !45
  %9 = call i32 %7(i32 noundef %8), !dbg !193
  ret i32 %9, !dbg !194
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: nounwind willreturn memory(read)
declare !dbg !195 i32 @strcmp(ptr noundef, ptr noundef) #4

; Function Attrs: cold noreturn nounwind memory(inaccessiblemem: write)
declare void @llvm.trap() #5

declare !dbg !199 i32 @open(ptr noundef, i32 noundef, ...) #2

declare !dbg !203 i32 @getentropy(ptr noundef, i32 noundef) #2

declare !dbg !207 i32 @write(i32 noundef, ptr noundef, i32 noundef) #2

declare !dbg !212 i32 @close(i32 noundef) #2

; Function Attrs: noreturn
declare void @exit(i32 noundef) #6

; Function Attrs: nounwind
define internal i32 @half(i32 noundef %0) #0 !dbg !213 {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !45
    #dbg_declare(ptr %2, !215, !DIExpression(), !216)
  %3 = load i32, ptr %2, align 4, !dbg !217, !tbaa !45
  %4 = sdiv i32 %3, 2, !dbg !218
  ret i32 %4, !dbg !219
}

; Function Attrs: nounwind
define internal i32 @next(i32 noundef %0) #0 !dbg !220 {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !45
    #dbg_declare(ptr %2, !222, !DIExpression(), !223)
  %3 = load i32, ptr %2, align 4, !dbg !224, !tbaa !45
  %4 = add nsw i32 %3, 1, !dbg !225
  ret i32 %4, !dbg !226
}

; Function Attrs: nounwind
define internal i32 @twice(i32 noundef %0) #0 !dbg !227 {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !45
    #dbg_declare(ptr %2, !229, !DIExpression(), !230)
  %3 = load i32, ptr %2, align 4, !dbg !231, !tbaa !45
  %4 = mul nsw i32 2, %3, !dbg !232
  ret i32 %4, !dbg !233
}

attributes #0 = { nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #3 = { inlinehint nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #4 = { nounwind willreturn memory(read) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #5 = { cold noreturn nounwind memory(inaccessiblemem: write) }
attributes #6 = { noreturn "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="generic" "target-features"="+bulk-memory,+bulk-memory-opt,+call-indirect-overlong,+multivalue,+mutable-globals,+nontrapping-fptoint,+reference-types,+sign-ext" }
attributes #7 = { nounwind }
attributes #8 = { nounwind willreturn memory(read) }
attributes #9 = { noreturn }

!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!41, !42, !43}
!llvm.ident = !{!44}
!llvm.errno.tbaa = !{!45}

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "steps", scope: !2, file: !3, line: 15, type: !38, isLocal: true, isDefinition: true)
!2 = distinct !DICompileUnit(language: DW_LANG_C11, file: !3, producer: "Debian clang version 22.1.8 (1~deb13u5)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, retainedTypes: !4, globals: !18, splitDebugInlining: false, nameTableKind: None)
!3 = !DIFile(filename: "calls.c", directory: "/edges")
!4 = !{!5}
!5 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !6, size: 32)
!6 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !7)
!7 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "step", file: !3, line: 12, size: 64, elements: !8)
!8 = !{!9, !13}
!9 = !DIDerivedType(tag: DW_TAG_member, name: "name", scope: !7, file: !3, line: 13, baseType: !10, size: 32)
!10 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !11, size: 32)
!11 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !12)
!12 = !DIBasicType(name: "char", size: 8, encoding: DW_ATE_signed_char)
!13 = !DIDerivedType(tag: DW_TAG_member, name: "run", scope: !7, file: !3, line: 14, baseType: !14, size: 32, offset: 32)
!14 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !15, size: 32)
!15 = !DISubroutineType(types: !16)
!16 = !{!17, !17}
!17 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!18 = !{!19, !24, !26, !28, !30, !0, !35}
!19 = !DIGlobalVariableExpression(var: !20, expr: !DIExpression())
!20 = distinct !DIGlobalVariable(scope: null, file: !3, line: 39, type: !21, isLocal: true, isDefinition: true)
!21 = !DICompositeType(tag: DW_TAG_array_type, baseType: !12, size: 40, elements: !22)
!22 = !{!23}
!23 = !DISubrange(count: 5)
!24 = !DIGlobalVariableExpression(var: !25, expr: !DIExpression())
!25 = distinct !DIGlobalVariable(scope: null, file: !3, line: 44, type: !21, isLocal: true, isDefinition: true)
!26 = !DIGlobalVariableExpression(var: !27, expr: !DIExpression())
!27 = distinct !DIGlobalVariable(scope: null, file: !3, line: 15, type: !21, isLocal: true, isDefinition: true)
!28 = !DIGlobalVariableExpression(var: !29, expr: !DIExpression())
!29 = distinct !DIGlobalVariable(scope: null, file: !3, line: 15, type: !21, isLocal: true, isDefinition: true)
!30 = !DIGlobalVariableExpression(var: !31, expr: !DIExpression())
!31 = distinct !DIGlobalVariable(scope: null, file: !3, line: 15, type: !32, isLocal: true, isDefinition: true)
!32 = !DICompositeType(tag: DW_TAG_array_type, baseType: !12, size: 48, elements: !33)
!33 = !{!34}
!34 = !DISubrange(count: 6)
!35 = !DIGlobalVariableExpression(var: !36, expr: !DIExpression())
!36 = distinct !DIGlobalVariable(name: "last", scope: !2, file: !3, line: 25, type: !37, isLocal: true, isDefinition: true)
!37 = !DIDerivedType(tag: DW_TAG_volatile_type, baseType: !14)
!38 = !DICompositeType(tag: DW_TAG_array_type, baseType: !6, size: 192, elements: !39)
!39 = !{!40}
!40 = !DISubrange(count: 3)
!41 = !{i32 7, !"Dwarf Version", i32 4}
!42 = !{i32 2, !"Debug Info Version", i32 3}
!43 = !{i32 1, !"wchar_size", i32 4}
!44 = !{!"Debian clang version 22.1.8 (1~deb13u5)"}
!45 = !{!46, !46, i64 0}
!46 = !{!"int", !47, i64 0}
!47 = !{!"omnipotent char", !48, i64 0}
!48 = !{!"Simple C/C++ TBAA"}
!49 = distinct !DISubprogram(name: "main", linkageName: "__main_argc_argv", scope: !3, file: !3, line: 27, type: !50, scopeLine: 27, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !54, keyInstructions: true)
!50 = !DISubroutineType(types: !51)
!51 = !{!17, !17, !52}
!52 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !53, size: 32)
!53 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !12, size: 32)
!54 = !{!55, !56, !57, !58, !60, !63, !64, !65}
!55 = !DILocalVariable(name: "argc", arg: 1, scope: !49, file: !3, line: 27, type: !17)
!56 = !DILocalVariable(name: "argv", arg: 2, scope: !49, file: !3, line: 27, type: !52)
!57 = !DILocalVariable(name: "sum", scope: !49, file: !3, line: 28, type: !17)
!58 = !DILocalVariable(name: "i", scope: !59, file: !3, line: 29, type: !17)
!59 = distinct !DILexicalBlock(scope: !49, file: !3, line: 29, column: 2)
!60 = !DILocalVariable(name: "key", scope: !61, file: !3, line: 30, type: !7)
!61 = distinct !DILexicalBlock(scope: !62, file: !3, line: 29, column: 33)
!62 = distinct !DILexicalBlock(scope: !59, file: !3, line: 29, column: 2)
!63 = !DILocalVariable(name: "s", scope: !61, file: !3, line: 31, type: !5)
!64 = !DILocalVariable(name: "c", scope: !49, file: !3, line: 43, type: !12)
!65 = !DILocalVariable(name: "fd", scope: !49, file: !3, line: 44, type: !17)
!66 = !DILocation(line: 27, column: 14, scope: !49)
!67 = !{!68, !68, i64 0}
!68 = !{!"p2 omnipotent char", !69, i64 0}
!69 = !{!"any p2 pointer", !70, i64 0}
!70 = !{!"any pointer", !47, i64 0}
!71 = !DILocation(line: 27, column: 27, scope: !49)
!72 = !DILocation(line: 28, column: 2, scope: !49)
!73 = !DILocation(line: 28, column: 6, scope: !49)
!74 = !DILocation(line: 28, column: 6, scope: !49, atomGroup: 1, atomRank: 1)
!75 = !DILocation(line: 29, column: 7, scope: !59)
!76 = !DILocation(line: 29, column: 11, scope: !59)
!77 = !DILocation(line: 29, column: 11, scope: !59, atomGroup: 2, atomRank: 1)
!78 = !DILocation(line: 29, column: 18, scope: !62)
!79 = !DILocation(line: 29, column: 22, scope: !62)
!80 = !DILocation(line: 29, column: 20, scope: !62, atomGroup: 3, atomRank: 1)
!81 = !DILocation(line: 29, column: 2, scope: !59, atomGroup: 4, atomRank: 1)
!82 = !DILocation(line: 29, column: 2, scope: !62)
!83 = !DILocation(line: 30, column: 3, scope: !61)
!84 = !DILocation(line: 30, column: 15, scope: !61)
!85 = !DILocation(line: 30, column: 21, scope: !61)
!86 = !DILocation(line: 30, column: 22, scope: !61)
!87 = !DILocation(line: 30, column: 27, scope: !61)
!88 = !DILocation(line: 30, column: 22, scope: !61, atomGroup: 5, atomRank: 2)
!89 = !{!90, !90, i64 0}
!90 = !{!"p1 omnipotent char", !70, i64 0}
!91 = !DILocation(line: 30, column: 21, scope: !61, atomGroup: 5, atomRank: 1)
!92 = !{!93, !90, i64 0}
!93 = !{!"step", !90, i64 0, !70, i64 4}
!94 = !{!93, !70, i64 4}
!95 = !DILocation(line: 31, column: 3, scope: !61)
!96 = !DILocation(line: 31, column: 22, scope: !61)
!97 = !DILocation(line: 31, column: 26, scope: !61, atomGroup: 6, atomRank: 2)
!98 = !DILocation(line: 31, column: 22, scope: !61, atomGroup: 6, atomRank: 1)
!99 = !{!100, !100, i64 0}
!100 = !{!"p1 _ZTS4step", !70, i64 0}
!101 = !DILocation(line: 32, column: 7, scope: !102)
!102 = distinct !DILexicalBlock(scope: !61, file: !3, line: 32, column: 7)
!103 = !DILocation(line: 32, column: 7, scope: !102, atomGroup: 7, atomRank: 2)
!104 = !DILocation(line: 32, column: 7, scope: !102, atomGroup: 7, atomRank: 1)
!105 = !DILocation(line: 33, column: 15, scope: !106)
!106 = distinct !DILexicalBlock(scope: !102, file: !3, line: 32, column: 10)
!107 = !DILocation(line: 33, column: 11, scope: !106)
!108 = !DILocation(line: 33, column: 8, scope: !106)
!109 = !DILocation(line: 33, column: 8, scope: !106, atomGroup: 8, atomRank: 2)
!110 = !DILocation(line: 33, column: 8, scope: !106, atomGroup: 8, atomRank: 1)
!111 = !DILocation(line: 34, column: 3, scope: !106)
!112 = !DILocation(line: 35, column: 2, scope: !62)
!113 = !DILocation(line: 35, column: 2, scope: !61, atomGroup: 10, atomRank: 1)
!114 = !DILocation(line: 29, column: 29, scope: !62)
!115 = !DILocation(line: 29, column: 29, scope: !62, atomGroup: 9, atomRank: 2)
!116 = !DILocation(line: 29, column: 29, scope: !62, atomGroup: 9, atomRank: 1)
!117 = distinct !{!117, !118, !119, !120}
!118 = !DILocation(line: 29, column: 2, scope: !59)
!119 = !DILocation(line: 35, column: 2, scope: !59)
!120 = !{!"llvm.loop.mustprogress"}
!121 = !DILocation(line: 36, column: 6, scope: !122)
!122 = distinct !DILexicalBlock(scope: !49, file: !3, line: 36, column: 6)
!123 = !DILocation(line: 36, column: 10, scope: !122, atomGroup: 11, atomRank: 2)
!124 = !DILocation(line: 36, column: 10, scope: !122, atomGroup: 11, atomRank: 1)
!125 = !DILocation(line: 37, column: 10, scope: !126)
!126 = distinct !DILexicalBlock(scope: !122, file: !3, line: 36, column: 16)
!127 = !{!70, !70, i64 0}
!128 = !DILocation(line: 37, column: 10, scope: !126, atomGroup: 16, atomRank: 2)
!129 = !DILocation(line: 48, column: 1, scope: !49)
!130 = !DILocation(line: 37, column: 3, scope: !126, atomGroup: 16, atomRank: 1)
!131 = !DILocation(line: 39, column: 14, scope: !132)
!132 = distinct !DILexicalBlock(scope: !49, file: !3, line: 39, column: 6)
!133 = !DILocation(line: 39, column: 19, scope: !132)
!134 = !DILocation(line: 39, column: 24, scope: !132)
!135 = !DILocation(line: 39, column: 7, scope: !132)
!136 = !DILocation(line: 39, column: 7, scope: !132, atomGroup: 13, atomRank: 2)
!137 = !DILocation(line: 39, column: 6, scope: !132, atomGroup: 13, atomRank: 1)
!138 = !DILocation(line: 40, column: 3, scope: !139)
!139 = distinct !DILexicalBlock(scope: !132, file: !3, line: 39, column: 39)
!140 = !DILocation(line: 41, column: 2, scope: !139)
!141 = !DILocation(line: 43, column: 2, scope: !49)
!142 = !DILocation(line: 43, column: 7, scope: !49)
!143 = !DILocation(line: 43, column: 7, scope: !49, atomGroup: 14, atomRank: 1)
!144 = !{!47, !47, i64 0}
!145 = !DILocation(line: 44, column: 2, scope: !49)
!146 = !DILocation(line: 44, column: 6, scope: !49)
!147 = !DILocation(line: 44, column: 11, scope: !49, atomGroup: 15, atomRank: 2)
!148 = !DILocation(line: 44, column: 6, scope: !49, atomGroup: 15, atomRank: 1)
!149 = !DILocation(line: 45, column: 23, scope: !49)
!150 = !DILocation(line: 45, column: 17, scope: !49)
!151 = !DILocation(line: 45, column: 34, scope: !49)
!152 = !DILocation(line: 45, column: 2, scope: !49)
!153 = !DILocation(line: 46, column: 8, scope: !49)
!154 = !DILocation(line: 46, column: 2, scope: !49)
!155 = !DILocation(line: 47, column: 7, scope: !49)
!156 = !DILocation(line: 47, column: 2, scope: !49)
!157 = !DISubprogram(name: "bsearch", scope: !158, file: !158, line: 69, type: !159, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!158 = !DIFile(filename: "/root/.cache/wlrbuild/outputs/9af00eb9b1fea66288d03e57b0aa0fe487539ed4034db44afa37e25c18f71de8/sysroot/include/wasm32-wasip1/stdlib.h", directory: "")
!159 = !DISubroutineType(types: !160)
!160 = !{!161, !162, !162, !164, !164, !167}
!161 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: null, size: 32)
!162 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !163, size: 32)
!163 = !DIDerivedType(tag: DW_TAG_const_type, baseType: null)
!164 = !DIDerivedType(tag: DW_TAG_typedef, name: "size_t", file: !165, line: 72, baseType: !166)
!165 = !DIFile(filename: "/root/.cache/wlrbuild/outputs/9af00eb9b1fea66288d03e57b0aa0fe487539ed4034db44afa37e25c18f71de8/sysroot/include/wasm32-wasip1/bits/alltypes.h", directory: "")
!166 = !DIBasicType(name: "unsigned long", size: 32, encoding: DW_ATE_unsigned)
!167 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !168, size: 32)
!168 = !DISubroutineType(types: !169)
!169 = !{!17, !162, !162}
!170 = distinct !DISubprogram(name: "compare", scope: !3, file: !3, line: 17, type: !168, scopeLine: 17, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !171, keyInstructions: true)
!171 = !{!172, !173}
!172 = !DILocalVariable(name: "a", arg: 1, scope: !170, file: !3, line: 17, type: !162)
!173 = !DILocalVariable(name: "b", arg: 2, scope: !170, file: !3, line: 17, type: !162)
!174 = !DILocation(line: 17, column: 32, scope: !170)
!175 = !DILocation(line: 17, column: 47, scope: !170)
!176 = !DILocation(line: 18, column: 38, scope: !170)
!177 = !DILocation(line: 18, column: 42, scope: !170)
!178 = !DILocation(line: 18, column: 70, scope: !170)
!179 = !DILocation(line: 18, column: 74, scope: !170)
!180 = !DILocation(line: 18, column: 9, scope: !170, atomGroup: 1, atomRank: 2)
!181 = !DILocation(line: 18, column: 2, scope: !170, atomGroup: 1, atomRank: 1)
!182 = distinct !DISubprogram(name: "run", scope: !3, file: !3, line: 21, type: !183, scopeLine: 21, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !185, keyInstructions: true)
!183 = !DISubroutineType(types: !184)
!184 = !{!17, !5, !17}
!185 = !{!186, !187}
!186 = !DILocalVariable(name: "s", arg: 1, scope: !182, file: !3, line: 21, type: !5)
!187 = !DILocalVariable(name: "n", arg: 2, scope: !182, file: !3, line: 21, type: !17)
!188 = !DILocation(line: 21, column: 42, scope: !182)
!189 = !DILocation(line: 21, column: 49, scope: !182)
!190 = !DILocation(line: 22, column: 9, scope: !182)
!191 = !DILocation(line: 22, column: 12, scope: !182)
!192 = !DILocation(line: 22, column: 16, scope: !182)
!193 = !DILocation(line: 22, column: 9, scope: !182, atomGroup: 1, atomRank: 2)
!194 = !DILocation(line: 22, column: 2, scope: !182, atomGroup: 1, atomRank: 1)
!195 = !DISubprogram(name: "strcmp", scope: !196, file: !196, line: 16, type: !197, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!196 = !DIFile(filename: "/root/.cache/wlrbuild/outputs/9af00eb9b1fea66288d03e57b0aa0fe487539ed4034db44afa37e25c18f71de8/sysroot/include/wasm32-wasip1/__header_string.h", directory: "")
!197 = !DISubroutineType(types: !198)
!198 = !{!17, !10, !10}
!199 = !DISubprogram(name: "open", scope: !200, file: !200, line: 38, type: !201, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!200 = !DIFile(filename: "/root/.cache/wlrbuild/outputs/9af00eb9b1fea66288d03e57b0aa0fe487539ed4034db44afa37e25c18f71de8/sysroot/include/wasm32-wasip1/fcntl.h", directory: "")
!201 = !DISubroutineType(types: !202)
!202 = !{!17, !10, !17, null}
!203 = !DISubprogram(name: "getentropy", scope: !204, file: !204, line: 265, type: !205, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!204 = !DIFile(filename: "/root/.cache/wlrbuild/outputs/9af00eb9b1fea66288d03e57b0aa0fe487539ed4034db44afa37e25c18f71de8/sysroot/include/wasm32-wasip1/unistd.h", directory: "")
!205 = !DISubroutineType(types: !206)
!206 = !{!17, !161, !164}
!207 = !DISubprogram(name: "write", scope: !204, file: !204, line: 92, type: !208, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!208 = !DISubroutineType(types: !209)
!209 = !{!210, !17, !162, !164}
!210 = !DIDerivedType(tag: DW_TAG_typedef, name: "ssize_t", file: !165, line: 87, baseType: !211)
!211 = !DIBasicType(name: "long", size: 32, encoding: DW_ATE_signed)
!212 = !DISubprogram(name: "close", scope: !204, file: !204, line: 52, type: !15, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!213 = distinct !DISubprogram(name: "half", scope: !3, file: !3, line: 10, type: !15, scopeLine: 10, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !214, keyInstructions: true)
!214 = !{!215}
!215 = !DILocalVariable(name: "n", arg: 1, scope: !213, file: !3, line: 10, type: !17)
!216 = !DILocation(line: 10, column: 21, scope: !213)
!217 = !DILocation(line: 10, column: 33, scope: !213)
!218 = !DILocation(line: 10, column: 35, scope: !213, atomGroup: 1, atomRank: 2)
!219 = !DILocation(line: 10, column: 26, scope: !213, atomGroup: 1, atomRank: 1)
!220 = distinct !DISubprogram(name: "next", scope: !3, file: !3, line: 9, type: !15, scopeLine: 9, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !221, keyInstructions: true)
!221 = !{!222}
!222 = !DILocalVariable(name: "n", arg: 1, scope: !220, file: !3, line: 9, type: !17)
!223 = !DILocation(line: 9, column: 21, scope: !220)
!224 = !DILocation(line: 9, column: 33, scope: !220)
!225 = !DILocation(line: 9, column: 35, scope: !220, atomGroup: 1, atomRank: 2)
!226 = !DILocation(line: 9, column: 26, scope: !220, atomGroup: 1, atomRank: 1)
!227 = distinct !DISubprogram(name: "twice", scope: !3, file: !3, line: 8, type: !15, scopeLine: 8, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !228, keyInstructions: true)
!228 = !{!229}
!229 = !DILocalVariable(name: "n", arg: 1, scope: !227, file: !3, line: 8, type: !17)
!230 = !DILocation(line: 8, column: 22, scope: !227)
!231 = !DILocation(line: 8, column: 38, scope: !227)
!232 = !DILocation(line: 8, column: 36, scope: !227, atomGroup: 1, atomRank: 2)
!233 = !DILocation(line: 8, column: 27, scope: !227, atomGroup: 1, atomRank: 1)
