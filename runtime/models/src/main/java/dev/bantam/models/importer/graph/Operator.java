package dev.bantam.models.importer.graph;

/**
 * The operators of which Bantam makes graphs. The self-test has a case for each (decision 0130): an
 * operator that is added here needs one in {@code kernel_cases.py}, and a test says so.
 */
public enum Operator {
  ADD("Add"),
  CAST("Cast"),
  CONCAT("Concat"),
  CUM_SUM("CumSum"),
  DIV("Div"),
  GATHER("Gather"),
  GEMM("Gemm"),
  IDENTITY("Identity"),
  LAYER_NORMALIZATION("LayerNormalization"),
  MAX("Max"),
  MOD("Mod"),
  MUL("Mul"),
  NEG("Neg"),
  NON_ZERO("NonZero"),
  QUANTIZE_LINEAR("QuantizeLinear"),
  RANGE("Range"),
  REDUCE_MAX("ReduceMax"),
  REDUCE_MIN("ReduceMin"),
  RELU("Relu"),
  RESHAPE("Reshape"),
  SHAPE("Shape"),
  /** ONNX Runtime has it in the standard's domain, where the standard does not. */
  SIMPLIFIED_LAYER_NORMALIZATION("SimplifiedLayerNormalization"),
  SIZE("Size"),
  SLICE("Slice"),
  SPLIT("Split"),
  SQUEEZE("Squeeze"),
  SUB("Sub"),
  TANH("Tanh"),
  TRANSPOSE("Transpose"),
  UNSQUEEZE("Unsqueeze"),
  ATTENTION("Attention", Operator.MICROSOFT),
  BIAS_GELU("BiasGelu", Operator.MICROSOFT),
  FAST_GELU("FastGelu", Operator.MICROSOFT),
  GATHER_BLOCK_QUANTIZED("GatherBlockQuantized", Operator.MICROSOFT),
  GELU("Gelu", Operator.MICROSOFT),
  GROUP_QUERY_ATTENTION("GroupQueryAttention", Operator.MICROSOFT),
  MATMUL_INTEGER_TO_FLOAT("MatMulIntegerToFloat", Operator.MICROSOFT),
  MATMUL_NBITS("MatMulNBits", Operator.MICROSOFT),
  MULTI_HEAD_ATTENTION("MultiHeadAttention", Operator.MICROSOFT),
  QUICK_GELU("QuickGelu", Operator.MICROSOFT),
  ROTARY_EMBEDDING("RotaryEmbedding", Operator.MICROSOFT),
  SKIP_LAYER_NORMALIZATION("SkipLayerNormalization", Operator.MICROSOFT),
  SKIP_SIMPLIFIED_LAYER_NORMALIZATION("SkipSimplifiedLayerNormalization", Operator.MICROSOFT);

  /** The domain of ONNX Runtime's own operators, beyond the ONNX standard. */
  public static final String MICROSOFT = "com.microsoft";

  private final String type;
  private final String domain;

  Operator(String type) {
    this(type, "");
  }

  Operator(String type, String domain) {
    this.type = type;
    this.domain = domain;
  }

  /** Its name in graphs. */
  public String type() {
    return type;
  }

  /** Empty for the ONNX standard's. */
  public String domain() {
    return domain;
  }
}
