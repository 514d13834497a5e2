package wasm

// The instructions of WebAssembly 3.0 (https://webassembly.github.io/spec/core/binary/instructions.html),
// and those of legacy exception handling, threads, wide arithmetic and stack
// switching.
const (
	OpUnreachable        Opcode = 0x0
	OpNop                Opcode = 0x1
	OpBlock              Opcode = 0x2
	OpLoop               Opcode = 0x3
	OpIf                 Opcode = 0x4
	OpElse               Opcode = 0x5
	OpTry                Opcode = 0x6
	OpCatch              Opcode = 0x7
	OpThrow              Opcode = 0x8
	OpRethrow            Opcode = 0x9
	OpThrowRef           Opcode = 0xa
	OpEnd                Opcode = 0xb
	OpBr                 Opcode = 0xc
	OpBrIf               Opcode = 0xd
	OpBrTable            Opcode = 0xe
	OpReturn             Opcode = 0xf
	OpCall               Opcode = 0x10
	OpCallIndirect       Opcode = 0x11
	OpReturnCall         Opcode = 0x12
	OpReturnCallIndirect Opcode = 0x13
	OpCallRef            Opcode = 0x14
	OpReturnCallRef      Opcode = 0x15
	OpDelegate           Opcode = 0x18
	OpCatchAll           Opcode = 0x19
	OpDrop               Opcode = 0x1a
	OpSelect             Opcode = 0x1b
	OpSelectT            Opcode = 0x1c
	OpTryTable           Opcode = 0x1f
	OpLocalGet           Opcode = 0x20
	OpLocalSet           Opcode = 0x21
	OpLocalTee           Opcode = 0x22
	OpGlobalGet          Opcode = 0x23
	OpGlobalSet          Opcode = 0x24
	OpTableGet           Opcode = 0x25
	OpTableSet           Opcode = 0x26
	OpI32Load            Opcode = 0x28
	OpI64Load            Opcode = 0x29
	OpF32Load            Opcode = 0x2a
	OpF64Load            Opcode = 0x2b
	OpI32Load8S          Opcode = 0x2c
	OpI32Load8U          Opcode = 0x2d
	OpI32Load16S         Opcode = 0x2e
	OpI32Load16U         Opcode = 0x2f
	OpI64Load8S          Opcode = 0x30
	OpI64Load8U          Opcode = 0x31
	OpI64Load16S         Opcode = 0x32
	OpI64Load16U         Opcode = 0x33
	OpI64Load32S         Opcode = 0x34
	OpI64Load32U         Opcode = 0x35
	OpI32Store           Opcode = 0x36
	OpI64Store           Opcode = 0x37
	OpF32Store           Opcode = 0x38
	OpF64Store           Opcode = 0x39
	OpI32Store8          Opcode = 0x3a
	OpI32Store16         Opcode = 0x3b
	OpI64Store8          Opcode = 0x3c
	OpI64Store16         Opcode = 0x3d
	OpI64Store32         Opcode = 0x3e
	OpMemorySize         Opcode = 0x3f
	OpMemoryGrow         Opcode = 0x40
	OpI32Const           Opcode = 0x41
	OpI64Const           Opcode = 0x42
	OpF32Const           Opcode = 0x43
	OpF64Const           Opcode = 0x44
	OpI32Eqz             Opcode = 0x45
	OpI32Eq              Opcode = 0x46
	OpI32Ne              Opcode = 0x47
	OpI32LtS             Opcode = 0x48
	OpI32LtU             Opcode = 0x49
	OpI32GtS             Opcode = 0x4a
	OpI32GtU             Opcode = 0x4b
	OpI32LeS             Opcode = 0x4c
	OpI32LeU             Opcode = 0x4d
	OpI32GeS             Opcode = 0x4e
	OpI32GeU             Opcode = 0x4f
	OpI64Eqz             Opcode = 0x50
	OpI64Eq              Opcode = 0x51
	OpI64Ne              Opcode = 0x52
	OpI64LtS             Opcode = 0x53
	OpI64LtU             Opcode = 0x54
	OpI64GtS             Opcode = 0x55
	OpI64GtU             Opcode = 0x56
	OpI64LeS             Opcode = 0x57
	OpI64LeU             Opcode = 0x58
	OpI64GeS             Opcode = 0x59
	OpI64GeU             Opcode = 0x5a
	OpF32Eq              Opcode = 0x5b
	OpF32Ne              Opcode = 0x5c
	OpF32Lt              Opcode = 0x5d
	OpF32Gt              Opcode = 0x5e
	OpF32Le              Opcode = 0x5f
	OpF32Ge              Opcode = 0x60
	OpF64Eq              Opcode = 0x61
	OpF64Ne              Opcode = 0x62
	OpF64Lt              Opcode = 0x63
	OpF64Gt              Opcode = 0x64
	OpF64Le              Opcode = 0x65
	OpF64Ge              Opcode = 0x66
	OpI32Clz             Opcode = 0x67
	OpI32Ctz             Opcode = 0x68
	OpI32Popcnt          Opcode = 0x69
	OpI32Add             Opcode = 0x6a
	OpI32Sub             Opcode = 0x6b
	OpI32Mul             Opcode = 0x6c
	OpI32DivS            Opcode = 0x6d
	OpI32DivU            Opcode = 0x6e
	OpI32RemS            Opcode = 0x6f
	OpI32RemU            Opcode = 0x70
	OpI32And             Opcode = 0x71
	OpI32Or              Opcode = 0x72
	OpI32Xor             Opcode = 0x73
	OpI32Shl             Opcode = 0x74
	OpI32ShrS            Opcode = 0x75
	OpI32ShrU            Opcode = 0x76
	OpI32Rotl            Opcode = 0x77
	OpI32Rotr            Opcode = 0x78
	OpI64Clz             Opcode = 0x79
	OpI64Ctz             Opcode = 0x7a
	OpI64Popcnt          Opcode = 0x7b
	OpI64Add             Opcode = 0x7c
	OpI64Sub             Opcode = 0x7d
	OpI64Mul             Opcode = 0x7e
	OpI64DivS            Opcode = 0x7f
	OpI64DivU            Opcode = 0x80
	OpI64RemS            Opcode = 0x81
	OpI64RemU            Opcode = 0x82
	OpI64And             Opcode = 0x83
	OpI64Or              Opcode = 0x84
	OpI64Xor             Opcode = 0x85
	OpI64Shl             Opcode = 0x86
	OpI64ShrS            Opcode = 0x87
	OpI64ShrU            Opcode = 0x88
	OpI64Rotl            Opcode = 0x89
	OpI64Rotr            Opcode = 0x8a
	OpF32Abs             Opcode = 0x8b
	OpF32Neg             Opcode = 0x8c
	OpF32Ceil            Opcode = 0x8d
	OpF32Floor           Opcode = 0x8e
	OpF32Trunc           Opcode = 0x8f
	OpF32Nearest         Opcode = 0x90
	OpF32Sqrt            Opcode = 0x91
	OpF32Add             Opcode = 0x92
	OpF32Sub             Opcode = 0x93
	OpF32Mul             Opcode = 0x94
	OpF32Div             Opcode = 0x95
	OpF32Min             Opcode = 0x96
	OpF32Max             Opcode = 0x97
	OpF32Copysign        Opcode = 0x98
	OpF64Abs             Opcode = 0x99
	OpF64Neg             Opcode = 0x9a
	OpF64Ceil            Opcode = 0x9b
	OpF64Floor           Opcode = 0x9c
	OpF64Trunc           Opcode = 0x9d
	OpF64Nearest         Opcode = 0x9e
	OpF64Sqrt            Opcode = 0x9f
	OpF64Add             Opcode = 0xa0
	OpF64Sub             Opcode = 0xa1
	OpF64Mul             Opcode = 0xa2
	OpF64Div             Opcode = 0xa3
	OpF64Min             Opcode = 0xa4
	OpF64Max             Opcode = 0xa5
	OpF64Copysign        Opcode = 0xa6
	OpI32WrapI64         Opcode = 0xa7
	OpI32TruncF32S       Opcode = 0xa8
	OpI32TruncF32U       Opcode = 0xa9
	OpI32TruncF64S       Opcode = 0xaa
	OpI32TruncF64U       Opcode = 0xab
	OpI64ExtendI32S      Opcode = 0xac
	OpI64ExtendI32U      Opcode = 0xad
	OpI64TruncF32S       Opcode = 0xae
	OpI64TruncF32U       Opcode = 0xaf
	OpI64TruncF64S       Opcode = 0xb0
	OpI64TruncF64U       Opcode = 0xb1
	OpF32ConvertI32S     Opcode = 0xb2
	OpF32ConvertI32U     Opcode = 0xb3
	OpF32ConvertI64S     Opcode = 0xb4
	OpF32ConvertI64U     Opcode = 0xb5
	OpF32DemoteF64       Opcode = 0xb6
	OpF64ConvertI32S     Opcode = 0xb7
	OpF64ConvertI32U     Opcode = 0xb8
	OpF64ConvertI64S     Opcode = 0xb9
	OpF64ConvertI64U     Opcode = 0xba
	OpF64PromoteF32      Opcode = 0xbb
	OpI32ReinterpretF32  Opcode = 0xbc
	OpI64ReinterpretF64  Opcode = 0xbd
	OpF32ReinterpretI32  Opcode = 0xbe
	OpF64ReinterpretI64  Opcode = 0xbf
	OpI32Extend8S        Opcode = 0xc0
	OpI32Extend16S       Opcode = 0xc1
	OpI64Extend8S        Opcode = 0xc2
	OpI64Extend16S       Opcode = 0xc3
	OpI64Extend32S       Opcode = 0xc4
	OpRefNull            Opcode = 0xd0
	OpRefIsNull          Opcode = 0xd1
	OpRefFunc            Opcode = 0xd2
	OpRefEq              Opcode = 0xd3
	OpRefAsNonNull       Opcode = 0xd4
	OpBrOnNull           Opcode = 0xd5
	OpBrOnNonNull        Opcode = 0xd6
	OpContNew            Opcode = 0xe0
	OpContBind           Opcode = 0xe1
	OpSuspend            Opcode = 0xe2
	OpResume             Opcode = 0xe3
	OpResumeThrow        Opcode = 0xe4
	OpSwitch             Opcode = 0xe6

	// Garbage collection.
	OpStructNew        Opcode = 0xfb0000
	OpStructNewDefault Opcode = 0xfb0001
	OpStructGet        Opcode = 0xfb0002
	OpStructGetS       Opcode = 0xfb0003
	OpStructGetU       Opcode = 0xfb0004
	OpStructSet        Opcode = 0xfb0005
	OpArrayNew         Opcode = 0xfb0006
	OpArrayNewDefault  Opcode = 0xfb0007
	OpArrayNewFixed    Opcode = 0xfb0008
	OpArrayNewData     Opcode = 0xfb0009
	OpArrayNewElem     Opcode = 0xfb000a
	OpArrayGet         Opcode = 0xfb000b
	OpArrayGetS        Opcode = 0xfb000c
	OpArrayGetU        Opcode = 0xfb000d
	OpArraySet         Opcode = 0xfb000e
	OpArrayLen         Opcode = 0xfb000f
	OpArrayFill        Opcode = 0xfb0010
	OpArrayCopy        Opcode = 0xfb0011
	OpArrayInitData    Opcode = 0xfb0012
	OpArrayInitElem    Opcode = 0xfb0013
	OpRefTest          Opcode = 0xfb0014
	OpRefTestNull      Opcode = 0xfb0015
	OpRefCast          Opcode = 0xfb0016
	OpRefCastNull      Opcode = 0xfb0017
	OpBrOnCast         Opcode = 0xfb0018
	OpBrOnCastFail     Opcode = 0xfb0019
	OpAnyConvertExtern Opcode = 0xfb001a
	OpExternConvertAny Opcode = 0xfb001b
	OpRefI31           Opcode = 0xfb001c
	OpI31GetS          Opcode = 0xfb001d
	OpI31GetU          Opcode = 0xfb001e

	// Saturating conversions, bulk memory, tables, wide arithmetic.
	OpI32TruncSatF32S Opcode = 0xfc0000
	OpI32TruncSatF32U Opcode = 0xfc0001
	OpI32TruncSatF64S Opcode = 0xfc0002
	OpI32TruncSatF64U Opcode = 0xfc0003
	OpI64TruncSatF32S Opcode = 0xfc0004
	OpI64TruncSatF32U Opcode = 0xfc0005
	OpI64TruncSatF64S Opcode = 0xfc0006
	OpI64TruncSatF64U Opcode = 0xfc0007
	OpMemoryInit      Opcode = 0xfc0008
	OpDataDrop        Opcode = 0xfc0009
	OpMemoryCopy      Opcode = 0xfc000a
	OpMemoryFill      Opcode = 0xfc000b
	OpTableInit       Opcode = 0xfc000c
	OpElemDrop        Opcode = 0xfc000d
	OpTableCopy       Opcode = 0xfc000e
	OpTableGrow       Opcode = 0xfc000f
	OpTableSize       Opcode = 0xfc0010
	OpTableFill       Opcode = 0xfc0011
	OpI64Add128       Opcode = 0xfc0013
	OpI64Sub128       Opcode = 0xfc0014
	OpI64MulWideS     Opcode = 0xfc0015
	OpI64MulWideU     Opcode = 0xfc0016

	// Vectors.
	OpV128Load                      Opcode = 0xfd0000
	OpV128Load8x8S                  Opcode = 0xfd0001
	OpV128Load8x8U                  Opcode = 0xfd0002
	OpV128Load16x4S                 Opcode = 0xfd0003
	OpV128Load16x4U                 Opcode = 0xfd0004
	OpV128Load32x2S                 Opcode = 0xfd0005
	OpV128Load32x2U                 Opcode = 0xfd0006
	OpV128Load8Splat                Opcode = 0xfd0007
	OpV128Load16Splat               Opcode = 0xfd0008
	OpV128Load32Splat               Opcode = 0xfd0009
	OpV128Load64Splat               Opcode = 0xfd000a
	OpV128Store                     Opcode = 0xfd000b
	OpV128Const                     Opcode = 0xfd000c
	OpI8x16Shuffle                  Opcode = 0xfd000d
	OpI8x16Swizzle                  Opcode = 0xfd000e
	OpI8x16Splat                    Opcode = 0xfd000f
	OpI16x8Splat                    Opcode = 0xfd0010
	OpI32x4Splat                    Opcode = 0xfd0011
	OpI64x2Splat                    Opcode = 0xfd0012
	OpF32x4Splat                    Opcode = 0xfd0013
	OpF64x2Splat                    Opcode = 0xfd0014
	OpI8x16ExtractLaneS             Opcode = 0xfd0015
	OpI8x16ExtractLaneU             Opcode = 0xfd0016
	OpI8x16ReplaceLane              Opcode = 0xfd0017
	OpI16x8ExtractLaneS             Opcode = 0xfd0018
	OpI16x8ExtractLaneU             Opcode = 0xfd0019
	OpI16x8ReplaceLane              Opcode = 0xfd001a
	OpI32x4ExtractLane              Opcode = 0xfd001b
	OpI32x4ReplaceLane              Opcode = 0xfd001c
	OpI64x2ExtractLane              Opcode = 0xfd001d
	OpI64x2ReplaceLane              Opcode = 0xfd001e
	OpF32x4ExtractLane              Opcode = 0xfd001f
	OpF32x4ReplaceLane              Opcode = 0xfd0020
	OpF64x2ExtractLane              Opcode = 0xfd0021
	OpF64x2ReplaceLane              Opcode = 0xfd0022
	OpI8x16Eq                       Opcode = 0xfd0023
	OpI8x16Ne                       Opcode = 0xfd0024
	OpI8x16LtS                      Opcode = 0xfd0025
	OpI8x16LtU                      Opcode = 0xfd0026
	OpI8x16GtS                      Opcode = 0xfd0027
	OpI8x16GtU                      Opcode = 0xfd0028
	OpI8x16LeS                      Opcode = 0xfd0029
	OpI8x16LeU                      Opcode = 0xfd002a
	OpI8x16GeS                      Opcode = 0xfd002b
	OpI8x16GeU                      Opcode = 0xfd002c
	OpI16x8Eq                       Opcode = 0xfd002d
	OpI16x8Ne                       Opcode = 0xfd002e
	OpI16x8LtS                      Opcode = 0xfd002f
	OpI16x8LtU                      Opcode = 0xfd0030
	OpI16x8GtS                      Opcode = 0xfd0031
	OpI16x8GtU                      Opcode = 0xfd0032
	OpI16x8LeS                      Opcode = 0xfd0033
	OpI16x8LeU                      Opcode = 0xfd0034
	OpI16x8GeS                      Opcode = 0xfd0035
	OpI16x8GeU                      Opcode = 0xfd0036
	OpI32x4Eq                       Opcode = 0xfd0037
	OpI32x4Ne                       Opcode = 0xfd0038
	OpI32x4LtS                      Opcode = 0xfd0039
	OpI32x4LtU                      Opcode = 0xfd003a
	OpI32x4GtS                      Opcode = 0xfd003b
	OpI32x4GtU                      Opcode = 0xfd003c
	OpI32x4LeS                      Opcode = 0xfd003d
	OpI32x4LeU                      Opcode = 0xfd003e
	OpI32x4GeS                      Opcode = 0xfd003f
	OpI32x4GeU                      Opcode = 0xfd0040
	OpF32x4Eq                       Opcode = 0xfd0041
	OpF32x4Ne                       Opcode = 0xfd0042
	OpF32x4Lt                       Opcode = 0xfd0043
	OpF32x4Gt                       Opcode = 0xfd0044
	OpF32x4Le                       Opcode = 0xfd0045
	OpF32x4Ge                       Opcode = 0xfd0046
	OpF64x2Eq                       Opcode = 0xfd0047
	OpF64x2Ne                       Opcode = 0xfd0048
	OpF64x2Lt                       Opcode = 0xfd0049
	OpF64x2Gt                       Opcode = 0xfd004a
	OpF64x2Le                       Opcode = 0xfd004b
	OpF64x2Ge                       Opcode = 0xfd004c
	OpV128Not                       Opcode = 0xfd004d
	OpV128And                       Opcode = 0xfd004e
	OpV128Andnot                    Opcode = 0xfd004f
	OpV128Or                        Opcode = 0xfd0050
	OpV128Xor                       Opcode = 0xfd0051
	OpV128Bitselect                 Opcode = 0xfd0052
	OpV128AnyTrue                   Opcode = 0xfd0053
	OpV128Load8Lane                 Opcode = 0xfd0054
	OpV128Load16Lane                Opcode = 0xfd0055
	OpV128Load32Lane                Opcode = 0xfd0056
	OpV128Load64Lane                Opcode = 0xfd0057
	OpV128Store8Lane                Opcode = 0xfd0058
	OpV128Store16Lane               Opcode = 0xfd0059
	OpV128Store32Lane               Opcode = 0xfd005a
	OpV128Store64Lane               Opcode = 0xfd005b
	OpV128Load32Zero                Opcode = 0xfd005c
	OpV128Load64Zero                Opcode = 0xfd005d
	OpF32x4DemoteF64x2Zero          Opcode = 0xfd005e
	OpF64x2PromoteLowF32x4          Opcode = 0xfd005f
	OpI8x16Abs                      Opcode = 0xfd0060
	OpI8x16Neg                      Opcode = 0xfd0061
	OpI8x16Popcnt                   Opcode = 0xfd0062
	OpI8x16AllTrue                  Opcode = 0xfd0063
	OpI8x16Bitmask                  Opcode = 0xfd0064
	OpI8x16NarrowI16x8S             Opcode = 0xfd0065
	OpI8x16NarrowI16x8U             Opcode = 0xfd0066
	OpF32x4Ceil                     Opcode = 0xfd0067
	OpF32x4Floor                    Opcode = 0xfd0068
	OpF32x4Trunc                    Opcode = 0xfd0069
	OpF32x4Nearest                  Opcode = 0xfd006a
	OpI8x16Shl                      Opcode = 0xfd006b
	OpI8x16ShrS                     Opcode = 0xfd006c
	OpI8x16ShrU                     Opcode = 0xfd006d
	OpI8x16Add                      Opcode = 0xfd006e
	OpI8x16AddSatS                  Opcode = 0xfd006f
	OpI8x16AddSatU                  Opcode = 0xfd0070
	OpI8x16Sub                      Opcode = 0xfd0071
	OpI8x16SubSatS                  Opcode = 0xfd0072
	OpI8x16SubSatU                  Opcode = 0xfd0073
	OpF64x2Ceil                     Opcode = 0xfd0074
	OpF64x2Floor                    Opcode = 0xfd0075
	OpI8x16MinS                     Opcode = 0xfd0076
	OpI8x16MinU                     Opcode = 0xfd0077
	OpI8x16MaxS                     Opcode = 0xfd0078
	OpI8x16MaxU                     Opcode = 0xfd0079
	OpF64x2Trunc                    Opcode = 0xfd007a
	OpI8x16AvgrU                    Opcode = 0xfd007b
	OpI16x8ExtaddPairwiseI8x16S     Opcode = 0xfd007c
	OpI16x8ExtaddPairwiseI8x16U     Opcode = 0xfd007d
	OpI32x4ExtaddPairwiseI16x8S     Opcode = 0xfd007e
	OpI32x4ExtaddPairwiseI16x8U     Opcode = 0xfd007f
	OpI16x8Abs                      Opcode = 0xfd0080
	OpI16x8Neg                      Opcode = 0xfd0081
	OpI16x8Q15mulrSatS              Opcode = 0xfd0082
	OpI16x8AllTrue                  Opcode = 0xfd0083
	OpI16x8Bitmask                  Opcode = 0xfd0084
	OpI16x8NarrowI32x4S             Opcode = 0xfd0085
	OpI16x8NarrowI32x4U             Opcode = 0xfd0086
	OpI16x8ExtendLowI8x16S          Opcode = 0xfd0087
	OpI16x8ExtendHighI8x16S         Opcode = 0xfd0088
	OpI16x8ExtendLowI8x16U          Opcode = 0xfd0089
	OpI16x8ExtendHighI8x16U         Opcode = 0xfd008a
	OpI16x8Shl                      Opcode = 0xfd008b
	OpI16x8ShrS                     Opcode = 0xfd008c
	OpI16x8ShrU                     Opcode = 0xfd008d
	OpI16x8Add                      Opcode = 0xfd008e
	OpI16x8AddSatS                  Opcode = 0xfd008f
	OpI16x8AddSatU                  Opcode = 0xfd0090
	OpI16x8Sub                      Opcode = 0xfd0091
	OpI16x8SubSatS                  Opcode = 0xfd0092
	OpI16x8SubSatU                  Opcode = 0xfd0093
	OpF64x2Nearest                  Opcode = 0xfd0094
	OpI16x8Mul                      Opcode = 0xfd0095
	OpI16x8MinS                     Opcode = 0xfd0096
	OpI16x8MinU                     Opcode = 0xfd0097
	OpI16x8MaxS                     Opcode = 0xfd0098
	OpI16x8MaxU                     Opcode = 0xfd0099
	OpI16x8AvgrU                    Opcode = 0xfd009b
	OpI16x8ExtmulLowI8x16S          Opcode = 0xfd009c
	OpI16x8ExtmulHighI8x16S         Opcode = 0xfd009d
	OpI16x8ExtmulLowI8x16U          Opcode = 0xfd009e
	OpI16x8ExtmulHighI8x16U         Opcode = 0xfd009f
	OpI32x4Abs                      Opcode = 0xfd00a0
	OpI32x4Neg                      Opcode = 0xfd00a1
	OpI32x4AllTrue                  Opcode = 0xfd00a3
	OpI32x4Bitmask                  Opcode = 0xfd00a4
	OpI32x4ExtendLowI16x8S          Opcode = 0xfd00a7
	OpI32x4ExtendHighI16x8S         Opcode = 0xfd00a8
	OpI32x4ExtendLowI16x8U          Opcode = 0xfd00a9
	OpI32x4ExtendHighI16x8U         Opcode = 0xfd00aa
	OpI32x4Shl                      Opcode = 0xfd00ab
	OpI32x4ShrS                     Opcode = 0xfd00ac
	OpI32x4ShrU                     Opcode = 0xfd00ad
	OpI32x4Add                      Opcode = 0xfd00ae
	OpI32x4Sub                      Opcode = 0xfd00b1
	OpI32x4Mul                      Opcode = 0xfd00b5
	OpI32x4MinS                     Opcode = 0xfd00b6
	OpI32x4MinU                     Opcode = 0xfd00b7
	OpI32x4MaxS                     Opcode = 0xfd00b8
	OpI32x4MaxU                     Opcode = 0xfd00b9
	OpI32x4DotI16x8S                Opcode = 0xfd00ba
	OpI32x4ExtmulLowI16x8S          Opcode = 0xfd00bc
	OpI32x4ExtmulHighI16x8S         Opcode = 0xfd00bd
	OpI32x4ExtmulLowI16x8U          Opcode = 0xfd00be
	OpI32x4ExtmulHighI16x8U         Opcode = 0xfd00bf
	OpI64x2Abs                      Opcode = 0xfd00c0
	OpI64x2Neg                      Opcode = 0xfd00c1
	OpI64x2AllTrue                  Opcode = 0xfd00c3
	OpI64x2Bitmask                  Opcode = 0xfd00c4
	OpI64x2ExtendLowI32x4S          Opcode = 0xfd00c7
	OpI64x2ExtendHighI32x4S         Opcode = 0xfd00c8
	OpI64x2ExtendLowI32x4U          Opcode = 0xfd00c9
	OpI64x2ExtendHighI32x4U         Opcode = 0xfd00ca
	OpI64x2Shl                      Opcode = 0xfd00cb
	OpI64x2ShrS                     Opcode = 0xfd00cc
	OpI64x2ShrU                     Opcode = 0xfd00cd
	OpI64x2Add                      Opcode = 0xfd00ce
	OpI64x2Sub                      Opcode = 0xfd00d1
	OpI64x2Mul                      Opcode = 0xfd00d5
	OpI64x2Eq                       Opcode = 0xfd00d6
	OpI64x2Ne                       Opcode = 0xfd00d7
	OpI64x2LtS                      Opcode = 0xfd00d8
	OpI64x2GtS                      Opcode = 0xfd00d9
	OpI64x2LeS                      Opcode = 0xfd00da
	OpI64x2GeS                      Opcode = 0xfd00db
	OpI64x2ExtmulLowI32x4S          Opcode = 0xfd00dc
	OpI64x2ExtmulHighI32x4S         Opcode = 0xfd00dd
	OpI64x2ExtmulLowI32x4U          Opcode = 0xfd00de
	OpI64x2ExtmulHighI32x4U         Opcode = 0xfd00df
	OpF32x4Abs                      Opcode = 0xfd00e0
	OpF32x4Neg                      Opcode = 0xfd00e1
	OpF32x4Sqrt                     Opcode = 0xfd00e3
	OpF32x4Add                      Opcode = 0xfd00e4
	OpF32x4Sub                      Opcode = 0xfd00e5
	OpF32x4Mul                      Opcode = 0xfd00e6
	OpF32x4Div                      Opcode = 0xfd00e7
	OpF32x4Min                      Opcode = 0xfd00e8
	OpF32x4Max                      Opcode = 0xfd00e9
	OpF32x4Pmin                     Opcode = 0xfd00ea
	OpF32x4Pmax                     Opcode = 0xfd00eb
	OpF64x2Abs                      Opcode = 0xfd00ec
	OpF64x2Neg                      Opcode = 0xfd00ed
	OpF64x2Sqrt                     Opcode = 0xfd00ef
	OpF64x2Add                      Opcode = 0xfd00f0
	OpF64x2Sub                      Opcode = 0xfd00f1
	OpF64x2Mul                      Opcode = 0xfd00f2
	OpF64x2Div                      Opcode = 0xfd00f3
	OpF64x2Min                      Opcode = 0xfd00f4
	OpF64x2Max                      Opcode = 0xfd00f5
	OpF64x2Pmin                     Opcode = 0xfd00f6
	OpF64x2Pmax                     Opcode = 0xfd00f7
	OpI32x4TruncSatF32x4S           Opcode = 0xfd00f8
	OpI32x4TruncSatF32x4U           Opcode = 0xfd00f9
	OpF32x4ConvertI32x4S            Opcode = 0xfd00fa
	OpF32x4ConvertI32x4U            Opcode = 0xfd00fb
	OpI32x4TruncSatF64x2SZero       Opcode = 0xfd00fc
	OpI32x4TruncSatF64x2UZero       Opcode = 0xfd00fd
	OpF64x2ConvertLowI32x4S         Opcode = 0xfd00fe
	OpF64x2ConvertLowI32x4U         Opcode = 0xfd00ff
	OpI8x16RelaxedSwizzle           Opcode = 0xfd0100
	OpI32x4RelaxedTruncF32x4S       Opcode = 0xfd0101
	OpI32x4RelaxedTruncF32x4U       Opcode = 0xfd0102
	OpI32x4RelaxedTruncF64x2SZero   Opcode = 0xfd0103
	OpI32x4RelaxedTruncF64x2UZero   Opcode = 0xfd0104
	OpF32x4RelaxedMadd              Opcode = 0xfd0105
	OpF32x4RelaxedNmadd             Opcode = 0xfd0106
	OpF64x2RelaxedMadd              Opcode = 0xfd0107
	OpF64x2RelaxedNmadd             Opcode = 0xfd0108
	OpI8x16RelaxedLaneselect        Opcode = 0xfd0109
	OpI16x8RelaxedLaneselect        Opcode = 0xfd010a
	OpI32x4RelaxedLaneselect        Opcode = 0xfd010b
	OpI64x2RelaxedLaneselect        Opcode = 0xfd010c
	OpF32x4RelaxedMin               Opcode = 0xfd010d
	OpF32x4RelaxedMax               Opcode = 0xfd010e
	OpF64x2RelaxedMin               Opcode = 0xfd010f
	OpF64x2RelaxedMax               Opcode = 0xfd0110
	OpI16x8RelaxedQ15mulrS          Opcode = 0xfd0111
	OpI16x8RelaxedDotI8x16I7x16S    Opcode = 0xfd0112
	OpI32x4RelaxedDotI8x16I7x16AddS Opcode = 0xfd0113

	// Threads.
	OpMemoryAtomicNotify     Opcode = 0xfe0000
	OpMemoryAtomicWait32     Opcode = 0xfe0001
	OpMemoryAtomicWait64     Opcode = 0xfe0002
	OpAtomicFence            Opcode = 0xfe0003
	OpI32AtomicLoad          Opcode = 0xfe0010
	OpI64AtomicLoad          Opcode = 0xfe0011
	OpI32AtomicLoad8U        Opcode = 0xfe0012
	OpI32AtomicLoad16U       Opcode = 0xfe0013
	OpI64AtomicLoad8U        Opcode = 0xfe0014
	OpI64AtomicLoad16U       Opcode = 0xfe0015
	OpI64AtomicLoad32U       Opcode = 0xfe0016
	OpI32AtomicStore         Opcode = 0xfe0017
	OpI64AtomicStore         Opcode = 0xfe0018
	OpI32AtomicStore8        Opcode = 0xfe0019
	OpI32AtomicStore16       Opcode = 0xfe001a
	OpI64AtomicStore8        Opcode = 0xfe001b
	OpI64AtomicStore16       Opcode = 0xfe001c
	OpI64AtomicStore32       Opcode = 0xfe001d
	OpI32AtomicRmwAdd        Opcode = 0xfe001e
	OpI64AtomicRmwAdd        Opcode = 0xfe001f
	OpI32AtomicRmw8AddU      Opcode = 0xfe0020
	OpI32AtomicRmw16AddU     Opcode = 0xfe0021
	OpI64AtomicRmw8AddU      Opcode = 0xfe0022
	OpI64AtomicRmw16AddU     Opcode = 0xfe0023
	OpI64AtomicRmw32AddU     Opcode = 0xfe0024
	OpI32AtomicRmwSub        Opcode = 0xfe0025
	OpI64AtomicRmwSub        Opcode = 0xfe0026
	OpI32AtomicRmw8SubU      Opcode = 0xfe0027
	OpI32AtomicRmw16SubU     Opcode = 0xfe0028
	OpI64AtomicRmw8SubU      Opcode = 0xfe0029
	OpI64AtomicRmw16SubU     Opcode = 0xfe002a
	OpI64AtomicRmw32SubU     Opcode = 0xfe002b
	OpI32AtomicRmwAnd        Opcode = 0xfe002c
	OpI64AtomicRmwAnd        Opcode = 0xfe002d
	OpI32AtomicRmw8AndU      Opcode = 0xfe002e
	OpI32AtomicRmw16AndU     Opcode = 0xfe002f
	OpI64AtomicRmw8AndU      Opcode = 0xfe0030
	OpI64AtomicRmw16AndU     Opcode = 0xfe0031
	OpI64AtomicRmw32AndU     Opcode = 0xfe0032
	OpI32AtomicRmwOr         Opcode = 0xfe0033
	OpI64AtomicRmwOr         Opcode = 0xfe0034
	OpI32AtomicRmw8OrU       Opcode = 0xfe0035
	OpI32AtomicRmw16OrU      Opcode = 0xfe0036
	OpI64AtomicRmw8OrU       Opcode = 0xfe0037
	OpI64AtomicRmw16OrU      Opcode = 0xfe0038
	OpI64AtomicRmw32OrU      Opcode = 0xfe0039
	OpI32AtomicRmwXor        Opcode = 0xfe003a
	OpI64AtomicRmwXor        Opcode = 0xfe003b
	OpI32AtomicRmw8XorU      Opcode = 0xfe003c
	OpI32AtomicRmw16XorU     Opcode = 0xfe003d
	OpI64AtomicRmw8XorU      Opcode = 0xfe003e
	OpI64AtomicRmw16XorU     Opcode = 0xfe003f
	OpI64AtomicRmw32XorU     Opcode = 0xfe0040
	OpI32AtomicRmwXchg       Opcode = 0xfe0041
	OpI64AtomicRmwXchg       Opcode = 0xfe0042
	OpI32AtomicRmw8XchgU     Opcode = 0xfe0043
	OpI32AtomicRmw16XchgU    Opcode = 0xfe0044
	OpI64AtomicRmw8XchgU     Opcode = 0xfe0045
	OpI64AtomicRmw16XchgU    Opcode = 0xfe0046
	OpI64AtomicRmw32XchgU    Opcode = 0xfe0047
	OpI32AtomicRmwCmpxchg    Opcode = 0xfe0048
	OpI64AtomicRmwCmpxchg    Opcode = 0xfe0049
	OpI32AtomicRmw8CmpxchgU  Opcode = 0xfe004a
	OpI32AtomicRmw16CmpxchgU Opcode = 0xfe004b
	OpI64AtomicRmw8CmpxchgU  Opcode = 0xfe004c
	OpI64AtomicRmw16CmpxchgU Opcode = 0xfe004d
	OpI64AtomicRmw32CmpxchgU Opcode = 0xfe004e
)

// plain are the instructions without a prefix.
var plain = [256]instruction{
	0x00: {"unreachable", immNone},
	0x01: {"nop", immNone},
	0x02: {"block", immBlock},
	0x03: {"loop", immBlock},
	0x04: {"if", immBlock},
	0x05: {"else", immNone},
	0x06: {"try", immBlock},
	0x07: {"catch", immIndex},
	0x08: {"throw", immIndex},
	0x09: {"rethrow", immLabel},
	0x0a: {"throw_ref", immNone},
	0x0b: {"end", immNone},
	0x0c: {"br", immLabel},
	0x0d: {"br_if", immLabel},
	0x0e: {"br_table", immBrTable},
	0x0f: {"return", immNone},
	0x10: {"call", immIndex},
	0x11: {"call_indirect", immIndex2},
	0x12: {"return_call", immIndex},
	0x13: {"return_call_indirect", immIndex2},
	0x14: {"call_ref", immIndex},
	0x15: {"return_call_ref", immIndex},
	0x18: {"delegate", immLabel},
	0x19: {"catch_all", immNone},
	0x1a: {"drop", immNone},
	0x1b: {"select", immNone},
	0x1c: {"select", immTypes},
	0x1f: {"try_table", immTryTable},
	0x20: {"local.get", immIndex},
	0x21: {"local.set", immIndex},
	0x22: {"local.tee", immIndex},
	0x23: {"global.get", immIndex},
	0x24: {"global.set", immIndex},
	0x25: {"table.get", immIndex},
	0x26: {"table.set", immIndex},
	0x28: {"i32.load", immMem},
	0x29: {"i64.load", immMem},
	0x2a: {"f32.load", immMem},
	0x2b: {"f64.load", immMem},
	0x2c: {"i32.load8_s", immMem},
	0x2d: {"i32.load8_u", immMem},
	0x2e: {"i32.load16_s", immMem},
	0x2f: {"i32.load16_u", immMem},
	0x30: {"i64.load8_s", immMem},
	0x31: {"i64.load8_u", immMem},
	0x32: {"i64.load16_s", immMem},
	0x33: {"i64.load16_u", immMem},
	0x34: {"i64.load32_s", immMem},
	0x35: {"i64.load32_u", immMem},
	0x36: {"i32.store", immMem},
	0x37: {"i64.store", immMem},
	0x38: {"f32.store", immMem},
	0x39: {"f64.store", immMem},
	0x3a: {"i32.store8", immMem},
	0x3b: {"i32.store16", immMem},
	0x3c: {"i64.store8", immMem},
	0x3d: {"i64.store16", immMem},
	0x3e: {"i64.store32", immMem},
	0x3f: {"memory.size", immIndex},
	0x40: {"memory.grow", immIndex},
	0x41: {"i32.const", immI32},
	0x42: {"i64.const", immI64},
	0x43: {"f32.const", immF32},
	0x44: {"f64.const", immF64},
	0x45: {"i32.eqz", immNone},
	0x46: {"i32.eq", immNone},
	0x47: {"i32.ne", immNone},
	0x48: {"i32.lt_s", immNone},
	0x49: {"i32.lt_u", immNone},
	0x4a: {"i32.gt_s", immNone},
	0x4b: {"i32.gt_u", immNone},
	0x4c: {"i32.le_s", immNone},
	0x4d: {"i32.le_u", immNone},
	0x4e: {"i32.ge_s", immNone},
	0x4f: {"i32.ge_u", immNone},
	0x50: {"i64.eqz", immNone},
	0x51: {"i64.eq", immNone},
	0x52: {"i64.ne", immNone},
	0x53: {"i64.lt_s", immNone},
	0x54: {"i64.lt_u", immNone},
	0x55: {"i64.gt_s", immNone},
	0x56: {"i64.gt_u", immNone},
	0x57: {"i64.le_s", immNone},
	0x58: {"i64.le_u", immNone},
	0x59: {"i64.ge_s", immNone},
	0x5a: {"i64.ge_u", immNone},
	0x5b: {"f32.eq", immNone},
	0x5c: {"f32.ne", immNone},
	0x5d: {"f32.lt", immNone},
	0x5e: {"f32.gt", immNone},
	0x5f: {"f32.le", immNone},
	0x60: {"f32.ge", immNone},
	0x61: {"f64.eq", immNone},
	0x62: {"f64.ne", immNone},
	0x63: {"f64.lt", immNone},
	0x64: {"f64.gt", immNone},
	0x65: {"f64.le", immNone},
	0x66: {"f64.ge", immNone},
	0x67: {"i32.clz", immNone},
	0x68: {"i32.ctz", immNone},
	0x69: {"i32.popcnt", immNone},
	0x6a: {"i32.add", immNone},
	0x6b: {"i32.sub", immNone},
	0x6c: {"i32.mul", immNone},
	0x6d: {"i32.div_s", immNone},
	0x6e: {"i32.div_u", immNone},
	0x6f: {"i32.rem_s", immNone},
	0x70: {"i32.rem_u", immNone},
	0x71: {"i32.and", immNone},
	0x72: {"i32.or", immNone},
	0x73: {"i32.xor", immNone},
	0x74: {"i32.shl", immNone},
	0x75: {"i32.shr_s", immNone},
	0x76: {"i32.shr_u", immNone},
	0x77: {"i32.rotl", immNone},
	0x78: {"i32.rotr", immNone},
	0x79: {"i64.clz", immNone},
	0x7a: {"i64.ctz", immNone},
	0x7b: {"i64.popcnt", immNone},
	0x7c: {"i64.add", immNone},
	0x7d: {"i64.sub", immNone},
	0x7e: {"i64.mul", immNone},
	0x7f: {"i64.div_s", immNone},
	0x80: {"i64.div_u", immNone},
	0x81: {"i64.rem_s", immNone},
	0x82: {"i64.rem_u", immNone},
	0x83: {"i64.and", immNone},
	0x84: {"i64.or", immNone},
	0x85: {"i64.xor", immNone},
	0x86: {"i64.shl", immNone},
	0x87: {"i64.shr_s", immNone},
	0x88: {"i64.shr_u", immNone},
	0x89: {"i64.rotl", immNone},
	0x8a: {"i64.rotr", immNone},
	0x8b: {"f32.abs", immNone},
	0x8c: {"f32.neg", immNone},
	0x8d: {"f32.ceil", immNone},
	0x8e: {"f32.floor", immNone},
	0x8f: {"f32.trunc", immNone},
	0x90: {"f32.nearest", immNone},
	0x91: {"f32.sqrt", immNone},
	0x92: {"f32.add", immNone},
	0x93: {"f32.sub", immNone},
	0x94: {"f32.mul", immNone},
	0x95: {"f32.div", immNone},
	0x96: {"f32.min", immNone},
	0x97: {"f32.max", immNone},
	0x98: {"f32.copysign", immNone},
	0x99: {"f64.abs", immNone},
	0x9a: {"f64.neg", immNone},
	0x9b: {"f64.ceil", immNone},
	0x9c: {"f64.floor", immNone},
	0x9d: {"f64.trunc", immNone},
	0x9e: {"f64.nearest", immNone},
	0x9f: {"f64.sqrt", immNone},
	0xa0: {"f64.add", immNone},
	0xa1: {"f64.sub", immNone},
	0xa2: {"f64.mul", immNone},
	0xa3: {"f64.div", immNone},
	0xa4: {"f64.min", immNone},
	0xa5: {"f64.max", immNone},
	0xa6: {"f64.copysign", immNone},
	0xa7: {"i32.wrap_i64", immNone},
	0xa8: {"i32.trunc_f32_s", immNone},
	0xa9: {"i32.trunc_f32_u", immNone},
	0xaa: {"i32.trunc_f64_s", immNone},
	0xab: {"i32.trunc_f64_u", immNone},
	0xac: {"i64.extend_i32_s", immNone},
	0xad: {"i64.extend_i32_u", immNone},
	0xae: {"i64.trunc_f32_s", immNone},
	0xaf: {"i64.trunc_f32_u", immNone},
	0xb0: {"i64.trunc_f64_s", immNone},
	0xb1: {"i64.trunc_f64_u", immNone},
	0xb2: {"f32.convert_i32_s", immNone},
	0xb3: {"f32.convert_i32_u", immNone},
	0xb4: {"f32.convert_i64_s", immNone},
	0xb5: {"f32.convert_i64_u", immNone},
	0xb6: {"f32.demote_f64", immNone},
	0xb7: {"f64.convert_i32_s", immNone},
	0xb8: {"f64.convert_i32_u", immNone},
	0xb9: {"f64.convert_i64_s", immNone},
	0xba: {"f64.convert_i64_u", immNone},
	0xbb: {"f64.promote_f32", immNone},
	0xbc: {"i32.reinterpret_f32", immNone},
	0xbd: {"i64.reinterpret_f64", immNone},
	0xbe: {"f32.reinterpret_i32", immNone},
	0xbf: {"f64.reinterpret_i64", immNone},
	0xc0: {"i32.extend8_s", immNone},
	0xc1: {"i32.extend16_s", immNone},
	0xc2: {"i64.extend8_s", immNone},
	0xc3: {"i64.extend16_s", immNone},
	0xc4: {"i64.extend32_s", immNone},
	0xd0: {"ref.null", immHeap},
	0xd1: {"ref.is_null", immNone},
	0xd2: {"ref.func", immIndex},
	0xd3: {"ref.eq", immNone},
	0xd4: {"ref.as_non_null", immNone},
	0xd5: {"br_on_null", immLabel},
	0xd6: {"br_on_non_null", immLabel},
	0xe0: {"cont.new", immIndex},
	0xe1: {"cont.bind", immIndex2},
	0xe2: {"suspend", immIndex},
	0xe3: {"resume", immResume},
	0xe4: {"resume_throw", immResumeThrow},
	0xe6: {"switch", immIndex2},
}

// gcOps are the instructions with the prefix 0xfb.
var gcOps = []instruction{
	0x00: {"struct.new", immIndex},
	0x01: {"struct.new_default", immIndex},
	0x02: {"struct.get", immIndex2},
	0x03: {"struct.get_s", immIndex2},
	0x04: {"struct.get_u", immIndex2},
	0x05: {"struct.set", immIndex2},
	0x06: {"array.new", immIndex},
	0x07: {"array.new_default", immIndex},
	0x08: {"array.new_fixed", immIndex2},
	0x09: {"array.new_data", immIndex2},
	0x0a: {"array.new_elem", immIndex2},
	0x0b: {"array.get", immIndex},
	0x0c: {"array.get_s", immIndex},
	0x0d: {"array.get_u", immIndex},
	0x0e: {"array.set", immIndex},
	0x0f: {"array.len", immNone},
	0x10: {"array.fill", immIndex},
	0x11: {"array.copy", immIndex2},
	0x12: {"array.init_data", immIndex2},
	0x13: {"array.init_elem", immIndex2},
	0x14: {"ref.test", immHeap},
	0x15: {"ref.test null", immHeap},
	0x16: {"ref.cast", immHeap},
	0x17: {"ref.cast null", immHeap},
	0x18: {"br_on_cast", immBrCast},
	0x19: {"br_on_cast_fail", immBrCast},
	0x1a: {"any.convert_extern", immNone},
	0x1b: {"extern.convert_any", immNone},
	0x1c: {"ref.i31", immNone},
	0x1d: {"i31.get_s", immNone},
	0x1e: {"i31.get_u", immNone},
}

// miscOps are the instructions with the prefix 0xfc.
var miscOps = []instruction{
	0x00: {"i32.trunc_sat_f32_s", immNone},
	0x01: {"i32.trunc_sat_f32_u", immNone},
	0x02: {"i32.trunc_sat_f64_s", immNone},
	0x03: {"i32.trunc_sat_f64_u", immNone},
	0x04: {"i64.trunc_sat_f32_s", immNone},
	0x05: {"i64.trunc_sat_f32_u", immNone},
	0x06: {"i64.trunc_sat_f64_s", immNone},
	0x07: {"i64.trunc_sat_f64_u", immNone},
	0x08: {"memory.init", immIndex2},
	0x09: {"data.drop", immIndex},
	0x0a: {"memory.copy", immIndex2},
	0x0b: {"memory.fill", immIndex},
	0x0c: {"table.init", immIndex2},
	0x0d: {"elem.drop", immIndex},
	0x0e: {"table.copy", immIndex2},
	0x0f: {"table.grow", immIndex},
	0x10: {"table.size", immIndex},
	0x11: {"table.fill", immIndex},
	0x13: {"i64.add128", immNone},
	0x14: {"i64.sub128", immNone},
	0x15: {"i64.mul_wide_s", immNone},
	0x16: {"i64.mul_wide_u", immNone},
}

// vectorOps are the instructions with the prefix 0xfd.
var vectorOps = []instruction{
	0x00:  {"v128.load", immMem},
	0x01:  {"v128.load8x8_s", immMem},
	0x02:  {"v128.load8x8_u", immMem},
	0x03:  {"v128.load16x4_s", immMem},
	0x04:  {"v128.load16x4_u", immMem},
	0x05:  {"v128.load32x2_s", immMem},
	0x06:  {"v128.load32x2_u", immMem},
	0x07:  {"v128.load8_splat", immMem},
	0x08:  {"v128.load16_splat", immMem},
	0x09:  {"v128.load32_splat", immMem},
	0x0a:  {"v128.load64_splat", immMem},
	0x0b:  {"v128.store", immMem},
	0x0c:  {"v128.const", immV128},
	0x0d:  {"i8x16.shuffle", immV128},
	0x0e:  {"i8x16.swizzle", immNone},
	0x0f:  {"i8x16.splat", immNone},
	0x10:  {"i16x8.splat", immNone},
	0x11:  {"i32x4.splat", immNone},
	0x12:  {"i64x2.splat", immNone},
	0x13:  {"f32x4.splat", immNone},
	0x14:  {"f64x2.splat", immNone},
	0x15:  {"i8x16.extract_lane_s", immLane},
	0x16:  {"i8x16.extract_lane_u", immLane},
	0x17:  {"i8x16.replace_lane", immLane},
	0x18:  {"i16x8.extract_lane_s", immLane},
	0x19:  {"i16x8.extract_lane_u", immLane},
	0x1a:  {"i16x8.replace_lane", immLane},
	0x1b:  {"i32x4.extract_lane", immLane},
	0x1c:  {"i32x4.replace_lane", immLane},
	0x1d:  {"i64x2.extract_lane", immLane},
	0x1e:  {"i64x2.replace_lane", immLane},
	0x1f:  {"f32x4.extract_lane", immLane},
	0x20:  {"f32x4.replace_lane", immLane},
	0x21:  {"f64x2.extract_lane", immLane},
	0x22:  {"f64x2.replace_lane", immLane},
	0x23:  {"i8x16.eq", immNone},
	0x24:  {"i8x16.ne", immNone},
	0x25:  {"i8x16.lt_s", immNone},
	0x26:  {"i8x16.lt_u", immNone},
	0x27:  {"i8x16.gt_s", immNone},
	0x28:  {"i8x16.gt_u", immNone},
	0x29:  {"i8x16.le_s", immNone},
	0x2a:  {"i8x16.le_u", immNone},
	0x2b:  {"i8x16.ge_s", immNone},
	0x2c:  {"i8x16.ge_u", immNone},
	0x2d:  {"i16x8.eq", immNone},
	0x2e:  {"i16x8.ne", immNone},
	0x2f:  {"i16x8.lt_s", immNone},
	0x30:  {"i16x8.lt_u", immNone},
	0x31:  {"i16x8.gt_s", immNone},
	0x32:  {"i16x8.gt_u", immNone},
	0x33:  {"i16x8.le_s", immNone},
	0x34:  {"i16x8.le_u", immNone},
	0x35:  {"i16x8.ge_s", immNone},
	0x36:  {"i16x8.ge_u", immNone},
	0x37:  {"i32x4.eq", immNone},
	0x38:  {"i32x4.ne", immNone},
	0x39:  {"i32x4.lt_s", immNone},
	0x3a:  {"i32x4.lt_u", immNone},
	0x3b:  {"i32x4.gt_s", immNone},
	0x3c:  {"i32x4.gt_u", immNone},
	0x3d:  {"i32x4.le_s", immNone},
	0x3e:  {"i32x4.le_u", immNone},
	0x3f:  {"i32x4.ge_s", immNone},
	0x40:  {"i32x4.ge_u", immNone},
	0x41:  {"f32x4.eq", immNone},
	0x42:  {"f32x4.ne", immNone},
	0x43:  {"f32x4.lt", immNone},
	0x44:  {"f32x4.gt", immNone},
	0x45:  {"f32x4.le", immNone},
	0x46:  {"f32x4.ge", immNone},
	0x47:  {"f64x2.eq", immNone},
	0x48:  {"f64x2.ne", immNone},
	0x49:  {"f64x2.lt", immNone},
	0x4a:  {"f64x2.gt", immNone},
	0x4b:  {"f64x2.le", immNone},
	0x4c:  {"f64x2.ge", immNone},
	0x4d:  {"v128.not", immNone},
	0x4e:  {"v128.and", immNone},
	0x4f:  {"v128.andnot", immNone},
	0x50:  {"v128.or", immNone},
	0x51:  {"v128.xor", immNone},
	0x52:  {"v128.bitselect", immNone},
	0x53:  {"v128.any_true", immNone},
	0x54:  {"v128.load8_lane", immMemLane},
	0x55:  {"v128.load16_lane", immMemLane},
	0x56:  {"v128.load32_lane", immMemLane},
	0x57:  {"v128.load64_lane", immMemLane},
	0x58:  {"v128.store8_lane", immMemLane},
	0x59:  {"v128.store16_lane", immMemLane},
	0x5a:  {"v128.store32_lane", immMemLane},
	0x5b:  {"v128.store64_lane", immMemLane},
	0x5c:  {"v128.load32_zero", immMem},
	0x5d:  {"v128.load64_zero", immMem},
	0x5e:  {"f32x4.demote_f64x2_zero", immNone},
	0x5f:  {"f64x2.promote_low_f32x4", immNone},
	0x60:  {"i8x16.abs", immNone},
	0x61:  {"i8x16.neg", immNone},
	0x62:  {"i8x16.popcnt", immNone},
	0x63:  {"i8x16.all_true", immNone},
	0x64:  {"i8x16.bitmask", immNone},
	0x65:  {"i8x16.narrow_i16x8_s", immNone},
	0x66:  {"i8x16.narrow_i16x8_u", immNone},
	0x67:  {"f32x4.ceil", immNone},
	0x68:  {"f32x4.floor", immNone},
	0x69:  {"f32x4.trunc", immNone},
	0x6a:  {"f32x4.nearest", immNone},
	0x6b:  {"i8x16.shl", immNone},
	0x6c:  {"i8x16.shr_s", immNone},
	0x6d:  {"i8x16.shr_u", immNone},
	0x6e:  {"i8x16.add", immNone},
	0x6f:  {"i8x16.add_sat_s", immNone},
	0x70:  {"i8x16.add_sat_u", immNone},
	0x71:  {"i8x16.sub", immNone},
	0x72:  {"i8x16.sub_sat_s", immNone},
	0x73:  {"i8x16.sub_sat_u", immNone},
	0x74:  {"f64x2.ceil", immNone},
	0x75:  {"f64x2.floor", immNone},
	0x76:  {"i8x16.min_s", immNone},
	0x77:  {"i8x16.min_u", immNone},
	0x78:  {"i8x16.max_s", immNone},
	0x79:  {"i8x16.max_u", immNone},
	0x7a:  {"f64x2.trunc", immNone},
	0x7b:  {"i8x16.avgr_u", immNone},
	0x7c:  {"i16x8.extadd_pairwise_i8x16_s", immNone},
	0x7d:  {"i16x8.extadd_pairwise_i8x16_u", immNone},
	0x7e:  {"i32x4.extadd_pairwise_i16x8_s", immNone},
	0x7f:  {"i32x4.extadd_pairwise_i16x8_u", immNone},
	0x80:  {"i16x8.abs", immNone},
	0x81:  {"i16x8.neg", immNone},
	0x82:  {"i16x8.q15mulr_sat_s", immNone},
	0x83:  {"i16x8.all_true", immNone},
	0x84:  {"i16x8.bitmask", immNone},
	0x85:  {"i16x8.narrow_i32x4_s", immNone},
	0x86:  {"i16x8.narrow_i32x4_u", immNone},
	0x87:  {"i16x8.extend_low_i8x16_s", immNone},
	0x88:  {"i16x8.extend_high_i8x16_s", immNone},
	0x89:  {"i16x8.extend_low_i8x16_u", immNone},
	0x8a:  {"i16x8.extend_high_i8x16_u", immNone},
	0x8b:  {"i16x8.shl", immNone},
	0x8c:  {"i16x8.shr_s", immNone},
	0x8d:  {"i16x8.shr_u", immNone},
	0x8e:  {"i16x8.add", immNone},
	0x8f:  {"i16x8.add_sat_s", immNone},
	0x90:  {"i16x8.add_sat_u", immNone},
	0x91:  {"i16x8.sub", immNone},
	0x92:  {"i16x8.sub_sat_s", immNone},
	0x93:  {"i16x8.sub_sat_u", immNone},
	0x94:  {"f64x2.nearest", immNone},
	0x95:  {"i16x8.mul", immNone},
	0x96:  {"i16x8.min_s", immNone},
	0x97:  {"i16x8.min_u", immNone},
	0x98:  {"i16x8.max_s", immNone},
	0x99:  {"i16x8.max_u", immNone},
	0x9b:  {"i16x8.avgr_u", immNone},
	0x9c:  {"i16x8.extmul_low_i8x16_s", immNone},
	0x9d:  {"i16x8.extmul_high_i8x16_s", immNone},
	0x9e:  {"i16x8.extmul_low_i8x16_u", immNone},
	0x9f:  {"i16x8.extmul_high_i8x16_u", immNone},
	0xa0:  {"i32x4.abs", immNone},
	0xa1:  {"i32x4.neg", immNone},
	0xa3:  {"i32x4.all_true", immNone},
	0xa4:  {"i32x4.bitmask", immNone},
	0xa7:  {"i32x4.extend_low_i16x8_s", immNone},
	0xa8:  {"i32x4.extend_high_i16x8_s", immNone},
	0xa9:  {"i32x4.extend_low_i16x8_u", immNone},
	0xaa:  {"i32x4.extend_high_i16x8_u", immNone},
	0xab:  {"i32x4.shl", immNone},
	0xac:  {"i32x4.shr_s", immNone},
	0xad:  {"i32x4.shr_u", immNone},
	0xae:  {"i32x4.add", immNone},
	0xb1:  {"i32x4.sub", immNone},
	0xb5:  {"i32x4.mul", immNone},
	0xb6:  {"i32x4.min_s", immNone},
	0xb7:  {"i32x4.min_u", immNone},
	0xb8:  {"i32x4.max_s", immNone},
	0xb9:  {"i32x4.max_u", immNone},
	0xba:  {"i32x4.dot_i16x8_s", immNone},
	0xbc:  {"i32x4.extmul_low_i16x8_s", immNone},
	0xbd:  {"i32x4.extmul_high_i16x8_s", immNone},
	0xbe:  {"i32x4.extmul_low_i16x8_u", immNone},
	0xbf:  {"i32x4.extmul_high_i16x8_u", immNone},
	0xc0:  {"i64x2.abs", immNone},
	0xc1:  {"i64x2.neg", immNone},
	0xc3:  {"i64x2.all_true", immNone},
	0xc4:  {"i64x2.bitmask", immNone},
	0xc7:  {"i64x2.extend_low_i32x4_s", immNone},
	0xc8:  {"i64x2.extend_high_i32x4_s", immNone},
	0xc9:  {"i64x2.extend_low_i32x4_u", immNone},
	0xca:  {"i64x2.extend_high_i32x4_u", immNone},
	0xcb:  {"i64x2.shl", immNone},
	0xcc:  {"i64x2.shr_s", immNone},
	0xcd:  {"i64x2.shr_u", immNone},
	0xce:  {"i64x2.add", immNone},
	0xd1:  {"i64x2.sub", immNone},
	0xd5:  {"i64x2.mul", immNone},
	0xd6:  {"i64x2.eq", immNone},
	0xd7:  {"i64x2.ne", immNone},
	0xd8:  {"i64x2.lt_s", immNone},
	0xd9:  {"i64x2.gt_s", immNone},
	0xda:  {"i64x2.le_s", immNone},
	0xdb:  {"i64x2.ge_s", immNone},
	0xdc:  {"i64x2.extmul_low_i32x4_s", immNone},
	0xdd:  {"i64x2.extmul_high_i32x4_s", immNone},
	0xde:  {"i64x2.extmul_low_i32x4_u", immNone},
	0xdf:  {"i64x2.extmul_high_i32x4_u", immNone},
	0xe0:  {"f32x4.abs", immNone},
	0xe1:  {"f32x4.neg", immNone},
	0xe3:  {"f32x4.sqrt", immNone},
	0xe4:  {"f32x4.add", immNone},
	0xe5:  {"f32x4.sub", immNone},
	0xe6:  {"f32x4.mul", immNone},
	0xe7:  {"f32x4.div", immNone},
	0xe8:  {"f32x4.min", immNone},
	0xe9:  {"f32x4.max", immNone},
	0xea:  {"f32x4.pmin", immNone},
	0xeb:  {"f32x4.pmax", immNone},
	0xec:  {"f64x2.abs", immNone},
	0xed:  {"f64x2.neg", immNone},
	0xef:  {"f64x2.sqrt", immNone},
	0xf0:  {"f64x2.add", immNone},
	0xf1:  {"f64x2.sub", immNone},
	0xf2:  {"f64x2.mul", immNone},
	0xf3:  {"f64x2.div", immNone},
	0xf4:  {"f64x2.min", immNone},
	0xf5:  {"f64x2.max", immNone},
	0xf6:  {"f64x2.pmin", immNone},
	0xf7:  {"f64x2.pmax", immNone},
	0xf8:  {"i32x4.trunc_sat_f32x4_s", immNone},
	0xf9:  {"i32x4.trunc_sat_f32x4_u", immNone},
	0xfa:  {"f32x4.convert_i32x4_s", immNone},
	0xfb:  {"f32x4.convert_i32x4_u", immNone},
	0xfc:  {"i32x4.trunc_sat_f64x2_s_zero", immNone},
	0xfd:  {"i32x4.trunc_sat_f64x2_u_zero", immNone},
	0xfe:  {"f64x2.convert_low_i32x4_s", immNone},
	0xff:  {"f64x2.convert_low_i32x4_u", immNone},
	0x100: {"i8x16.relaxed_swizzle", immNone},
	0x101: {"i32x4.relaxed_trunc_f32x4_s", immNone},
	0x102: {"i32x4.relaxed_trunc_f32x4_u", immNone},
	0x103: {"i32x4.relaxed_trunc_f64x2_s_zero", immNone},
	0x104: {"i32x4.relaxed_trunc_f64x2_u_zero", immNone},
	0x105: {"f32x4.relaxed_madd", immNone},
	0x106: {"f32x4.relaxed_nmadd", immNone},
	0x107: {"f64x2.relaxed_madd", immNone},
	0x108: {"f64x2.relaxed_nmadd", immNone},
	0x109: {"i8x16.relaxed_laneselect", immNone},
	0x10a: {"i16x8.relaxed_laneselect", immNone},
	0x10b: {"i32x4.relaxed_laneselect", immNone},
	0x10c: {"i64x2.relaxed_laneselect", immNone},
	0x10d: {"f32x4.relaxed_min", immNone},
	0x10e: {"f32x4.relaxed_max", immNone},
	0x10f: {"f64x2.relaxed_min", immNone},
	0x110: {"f64x2.relaxed_max", immNone},
	0x111: {"i16x8.relaxed_q15mulr_s", immNone},
	0x112: {"i16x8.relaxed_dot_i8x16_i7x16_s", immNone},
	0x113: {"i32x4.relaxed_dot_i8x16_i7x16_add_s", immNone},
}

// threadOps are the instructions with the prefix 0xfe.
var threadOps = []instruction{
	0x00: {"memory.atomic.notify", immMem},
	0x01: {"memory.atomic.wait32", immMem},
	0x02: {"memory.atomic.wait64", immMem},
	0x03: {"atomic.fence", immLane},
	0x10: {"i32.atomic.load", immMem},
	0x11: {"i64.atomic.load", immMem},
	0x12: {"i32.atomic.load8_u", immMem},
	0x13: {"i32.atomic.load16_u", immMem},
	0x14: {"i64.atomic.load8_u", immMem},
	0x15: {"i64.atomic.load16_u", immMem},
	0x16: {"i64.atomic.load32_u", immMem},
	0x17: {"i32.atomic.store", immMem},
	0x18: {"i64.atomic.store", immMem},
	0x19: {"i32.atomic.store8", immMem},
	0x1a: {"i32.atomic.store16", immMem},
	0x1b: {"i64.atomic.store8", immMem},
	0x1c: {"i64.atomic.store16", immMem},
	0x1d: {"i64.atomic.store32", immMem},
	0x1e: {"i32.atomic.rmw.add", immMem},
	0x1f: {"i64.atomic.rmw.add", immMem},
	0x20: {"i32.atomic.rmw8.add_u", immMem},
	0x21: {"i32.atomic.rmw16.add_u", immMem},
	0x22: {"i64.atomic.rmw8.add_u", immMem},
	0x23: {"i64.atomic.rmw16.add_u", immMem},
	0x24: {"i64.atomic.rmw32.add_u", immMem},
	0x25: {"i32.atomic.rmw.sub", immMem},
	0x26: {"i64.atomic.rmw.sub", immMem},
	0x27: {"i32.atomic.rmw8.sub_u", immMem},
	0x28: {"i32.atomic.rmw16.sub_u", immMem},
	0x29: {"i64.atomic.rmw8.sub_u", immMem},
	0x2a: {"i64.atomic.rmw16.sub_u", immMem},
	0x2b: {"i64.atomic.rmw32.sub_u", immMem},
	0x2c: {"i32.atomic.rmw.and", immMem},
	0x2d: {"i64.atomic.rmw.and", immMem},
	0x2e: {"i32.atomic.rmw8.and_u", immMem},
	0x2f: {"i32.atomic.rmw16.and_u", immMem},
	0x30: {"i64.atomic.rmw8.and_u", immMem},
	0x31: {"i64.atomic.rmw16.and_u", immMem},
	0x32: {"i64.atomic.rmw32.and_u", immMem},
	0x33: {"i32.atomic.rmw.or", immMem},
	0x34: {"i64.atomic.rmw.or", immMem},
	0x35: {"i32.atomic.rmw8.or_u", immMem},
	0x36: {"i32.atomic.rmw16.or_u", immMem},
	0x37: {"i64.atomic.rmw8.or_u", immMem},
	0x38: {"i64.atomic.rmw16.or_u", immMem},
	0x39: {"i64.atomic.rmw32.or_u", immMem},
	0x3a: {"i32.atomic.rmw.xor", immMem},
	0x3b: {"i64.atomic.rmw.xor", immMem},
	0x3c: {"i32.atomic.rmw8.xor_u", immMem},
	0x3d: {"i32.atomic.rmw16.xor_u", immMem},
	0x3e: {"i64.atomic.rmw8.xor_u", immMem},
	0x3f: {"i64.atomic.rmw16.xor_u", immMem},
	0x40: {"i64.atomic.rmw32.xor_u", immMem},
	0x41: {"i32.atomic.rmw.xchg", immMem},
	0x42: {"i64.atomic.rmw.xchg", immMem},
	0x43: {"i32.atomic.rmw8.xchg_u", immMem},
	0x44: {"i32.atomic.rmw16.xchg_u", immMem},
	0x45: {"i64.atomic.rmw8.xchg_u", immMem},
	0x46: {"i64.atomic.rmw16.xchg_u", immMem},
	0x47: {"i64.atomic.rmw32.xchg_u", immMem},
	0x48: {"i32.atomic.rmw.cmpxchg", immMem},
	0x49: {"i64.atomic.rmw.cmpxchg", immMem},
	0x4a: {"i32.atomic.rmw8.cmpxchg_u", immMem},
	0x4b: {"i32.atomic.rmw16.cmpxchg_u", immMem},
	0x4c: {"i64.atomic.rmw8.cmpxchg_u", immMem},
	0x4d: {"i64.atomic.rmw16.cmpxchg_u", immMem},
	0x4e: {"i64.atomic.rmw32.cmpxchg_u", immMem},
}
