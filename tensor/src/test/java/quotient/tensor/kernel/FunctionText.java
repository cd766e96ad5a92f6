package quotient.tensor.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One loop that {@link FunctionWriter} writes: what it loads, computes and stores for a vector.
///
/// @param type what the method returns
/// @param parameters those before `int n`
/// @param before lines before the loop
/// @param body lines between loads and stores
/// @param whole lines after the body, for a whole vector, in place of the stores if there are none
/// @param masked the same for the rest, under the mask `rest`
/// @param after lines at the end
record FunctionText(
    String name,
    String type,
    String parameters,
    String before,
    List<Access> loads,
    String body,
    List<Access> stores,
    String whole,
    String masked,
    String after) {

  /// A vector variable and where it is in memory.
  record Access(String vector, String array, String offset) {
    /// From text such as `v = x + xo`.
    static Access of(String text) {
      String[] words = text.split(" ", -1);
      return new Access(words[0], words[2], words[4]);
    }
  }

  /// What exponentials name of {@link VectorFunctions}.
  static final List<String> EXPONENTIAL_CONSTANTS =
      List.of(
          "EXP_2",
          "EXP_3",
          "EXP_4",
          "EXP_5",
          "EXP_6",
          "EXP_LOWEST",
          "INFINITE_POWER",
          "LN2_HIGH",
          "LN2_LOW",
          "LOG2_E",
          "MAGIC",
          "ONE_ABOVE",
          "SLOPE_LOWEST",
          "ZERO_BELOW");

  /// What the others name of {@link VectorFunctions}.
  static final List<String> OTHER_CONSTANTS =
      List.of(
          "COS_4",
          "COS_6",
          "COS_8",
          "HALF_PI_1",
          "HALF_PI_2",
          "HALF_PI_3",
          "HALF_PI_4",
          "HALF_SQRT_BITS",
          "LARGEST_ANGLE",
          "LN2_HIGH",
          "LN2_LOW",
          "LOG_10",
          "LOG_3",
          "LOG_4",
          "LOG_5",
          "LOG_6",
          "LOG_7",
          "LOG_8",
          "LOG_9",
          "ROUND",
          "ROUND_BITS",
          "SIN_3",
          "SIN_5",
          "SIN_7",
          "SIN_9",
          "TANH_ONE",
          "TANH_P3",
          "TANH_P5",
          "TANH_P7",
          "TANH_P9",
          "TANH_Q2",
          "TANH_Q4",
          "TANH_Q6",
          "TANH_Q8",
          "TWO_OVER_PI");

  private static final String UNARY = "float[] x, int xo, float[] y, int yo";

  private static FunctionText elementwise(
      String name, String parameters, List<String> loads, String body, List<String> stores) {
    return new FunctionText(
        name,
        "void",
        parameters,
        "",
        loads.stream().map(Access::of).toList(),
        body,
        stores.stream().map(Access::of).toList(),
        "",
        "",
        "");
  }

  /// Leaves the sum of all lanes in lane 0, in the order of halving: lane i plus lane i + L/2, and so on.
  static String fold(String sum) {
    return """
    if (L >= 16) {
      %1$s = %1$s.add(%1$s.rearrange(DOWN_8));
    }
    if (L >= 8) {
      %1$s = %1$s.add(%1$s.rearrange(DOWN_4));
    }
    %1$s = %1$s.add(%1$s.rearrange(DOWN_2));
    %1$s = %1$s.add(%1$s.rearrange(DOWN_1));
    """
        .formatted(sum);
  }

  // ---- exponentials ----

  /// e^x as `p scale`: t = x log2 e + MAGIC holds the power of two in its low bits.
  private static String exponential(String x, boolean capped) {
    String power =
        capped
            ? """
            IntVector bits = t.reinterpretAsInts().min(INFINITE_POWER);
            FloatVector power = bits.reinterpretAsFloats().sub(MAGIC);
            """
            : """
            IntVector bits = t.reinterpretAsInts();
            FloatVector power = t.sub(MAGIC);
            """;
    return "FloatVector t = fma(%s, LOG2_E, MAGIC);\n".formatted(x)
        + power
        + "FloatVector r = fma(power, -LN2_HIGH, %s);\n".formatted(x)
        + """
        r = fma(power, -LN2_LOW, r);
        FloatVector p = FloatVector.broadcast(F, EXP_6);
        p = fma(p, r, EXP_5);
        p = fma(p, r, EXP_4);
        p = fma(p, r, EXP_3);
        p = fma(p, r, EXP_2);
        p = fma(p, r, 2f);
        p = fma(p, r, 2f);
        FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        """;
  }

  /// d = 1 + e^-x, with r = x + n ln 2 and the polynomial in -r.
  private static String onePlusExponential(String x, boolean capped) {
    return exponential(x, capped)
            .replace("LOG2_E", "-LOG2_E")
            .replace("-LN2_", "LN2_")
            .replace("r, EXP_5", "r, -EXP_5")
            .replace("r, EXP_3", "r, -EXP_3")
            .replaceFirst("r, 2f", "r, -2f")
        + "FloatVector d = fma(p, scale, 1f);\n";
  }

  /// w and c, the argument with its lower and with both ends cut, such that d is infinite and one
  /// beyond. c may lose NaN, because w still has it: positive floats are ordered like their bits.
  private static final String CUT =
      """
      FloatVector w = v.blend(ZERO_BELOW, v.compare(VectorOperators.LT, ZERO_BELOW));
      int one = Float.floatToRawIntBits(ONE_ABOVE);
      FloatVector c = w.reinterpretAsInts().min(one).reinterpretAsFloats();
      """;

  /// s = sigmoid(v), active = silu(v) = w s, slope = silu'(v) = s (1 + c (1 - s)), 1 - s = e^-v s.
  ///
  /// The lower end is cut where e^-v and its reciprocal are still normal numbers; NaN stays.
  private static final String SLOPE =
      """
      FloatVector w = v.blend(SLOPE_LOWEST, v.compare(VectorOperators.LT, SLOPE_LOWEST));
      FloatVector c = w.blend(ONE_ABOVE, w.compare(VectorOperators.GT, ONE_ABOVE));
      """
          + onePlusExponential("c", false)
          + """
          FloatVector s = FloatVector.broadcast(F, 1f).div(d);
          FloatVector u = p.mul(scale).mul(s);
          FloatVector slope = fma(c, u, 1f).mul(s);
          """;

  /// The loops of class `ExponentialLoops`.
  static List<FunctionText> exponentials() {
    List<FunctionText> all = new ArrayList<>();
    String low = "VectorMask<Float> low = v.compare(VectorOperators.LT, EXP_LOWEST);\n";
    String e = "FloatVector e = p.mul(scale).blend(0f, low);\n";
    all.add(
        elementwise(
            "exp",
            UNARY,
            List.of("v = x + xo"),
            low + exponential("v", true) + e,
            List.of("e = y + yo")));
    all.add(
        new FunctionText(
            "exponentials",
            "float",
            "float[] x, int xo, float max, float[] y, int yo",
            "FloatVector sum = FloatVector.zero(F);\n",
            List.of(Access.of("a = x + xo")),
            "FloatVector v = a.sub(max);\n" + low + exponential("v", false) + e,
            List.of(),
            "sum = e.add(sum);\ne.intoArray(y, yo + i);\n",
            "sum = sum.add(e, rest);\ne.intoArray(y, yo + bound, rest);\n",
            fold("sum") + "return sum.lane(0);\n"));
    all.add(
        elementwise(
            "sigmoid",
            UNARY,
            List.of("v = x + xo"),
            "FloatVector c = v.blend(ONE_ABOVE, v.compare(VectorOperators.GT, ONE_ABOVE));\n"
                + onePlusExponential("c", true)
                + "FloatVector s = FloatVector.broadcast(F, 1f).div(d);\n",
            List.of("s = y + yo")));
    all.add(
        elementwise(
            "silu",
            UNARY,
            List.of("v = x + xo"),
            CUT + onePlusExponential("c", false) + "FloatVector active = w.div(d);\n",
            List.of("active = y + yo")));
    all.add(
        elementwise(
            "siluWithSlope",
            UNARY + ", float[] slopes, int so",
            List.of("v = x + xo"),
            SLOPE + "FloatVector active = w.mul(s);\n",
            List.of("slope = slopes + so", "active = y + yo")));
    all.add(
        elementwise(
            "siluBackward",
            "float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo",
            List.of("v = x + xo", "g = dy + dyo", "old = dx + dxo"),
            SLOPE + "FloatVector sum = fma(g, slope, old);\n",
            List.of("sum = dx + dxo")));
    all.add(
        elementwise(
            "swiGlu",
            "float[] x, int value, int gate, float[] y, int yo",
            List.of("v = x + gate", "factor = x + value"),
            CUT + onePlusExponential("c", false) + "FloatVector product = w.div(d).mul(factor);\n",
            List.of("product = y + yo")));
    all.add(
        elementwise(
            "swiGluBackward",
            "float[] x, int value, int gate, float[] dy, int dyo, float[] dx, int dValue, int dGate",
            List.of(
                "v = x + gate",
                "factor = x + value",
                "g = dy + dyo",
                "oldValue = dx + dValue",
                "oldGate = dx + dGate"),
            SLOPE
                + """
                FloatVector active = w.mul(s);
                FloatVector byGate = factor.mul(slope);
                FloatVector sumValue = fma(g, active, oldValue);
                FloatVector sumGate = fma(g, byGate, oldGate);
                """,
            List.of("sumValue = dx + dValue", "sumGate = dx + dGate")));
    return all;
  }

  /// The largest of all lanes, in every lane.
  private static String foldLargest(String v) {
    StringBuilder text = new StringBuilder();
    for (int by : new int[] {8, 4, 2, 1}) {
      String step =
          """
          FloatVector turned%1$d = %2$s.rearrange(DOWN_%1$d);
          %2$s = %2$s.blend(turned%1$d, turned%1$d.compare(VectorOperators.GT, %2$s));
          """
              .formatted(by, v);
      if (by >= 4) {
        text.append("if (L >= %d) {\n".formatted(2 * by)).append(step.indent(2)).append("}\n");
      } else {
        text.append(step);
      }
    }
    return text.toString();
  }

  /// A method for rows of logits of one vector or two, which stay in registers.
  private static String logits(String name, List<String> parts) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        static void %s(
            float factor,
            float[] x,
            int xo,
            int ld,
            float[] bias,
            int bo,
            float[] mask,
            int mo,
            int rows,
            int columns) {
        """
            .formatted(name));
    String body = "";
    for (String v : parts) {
      String of = v.equals("a") ? "" : " + L";
      String count = parts.size() == 1 ? "columns" : v.equals("a") ? "L" : "columns - L";
      text.append("  VectorMask<Float> %sIn = first(%s);\n".formatted(v, count));
      body +=
          """
          FloatVector %1$s = FloatVector.fromArray(F, x, at%2$s).mul(factor);
          if (bias.length > 0) {
            %1$s = %1$s.add(FloatVector.fromArray(F, bias, bo + r * columns%2$s, %1$sIn));
          }
          if (mask.length > 0) {
            %1$s = %1$s.add(FloatVector.fromArray(F, mask, mo + r * columns%2$s, %1$sIn));
          }
          %1$s = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY).blend(%1$s, %1$sIn);
          """
              .formatted(v, of);
    }
    body += "FloatVector max = a;\n";
    if (parts.size() > 1) {
      body += "max = a.blend(b, b.compare(VectorOperators.GT, a));\n";
    }
    body += foldLargest("max");
    for (String v : parts) {
      body +=
          ("FloatVector v = %s.sub(max);\n".formatted(v)
                  + "VectorMask<Float> low = v.compare(VectorOperators.LT, EXP_LOWEST);\n"
                  + exponential("v", false)
                  + "FloatVector e = p.mul(scale).blend(0f, low);\n")
              .replaceAll(
                  "\\b(v|low|t|bits|power|r|p|scale|e)\\b(?!\\()",
                  "$1" + v.toUpperCase(Locale.ROOT));
    }
    body += parts.size() == 1 ? "FloatVector sum = eA;\n" : "FloatVector sum = eA.add(eB);\n";
    body += fold("sum");
    body += "FloatVector share = FloatVector.broadcast(F, 1f).div(sum);\n";
    body += "eA.mul(share).intoArray(x, at);\n";
    body +=
        parts.size() == 1
            ? "FloatVector.zero(F).intoArray(x, at + L);\n"
            : "eB.mul(share).intoArray(x, at + L);\n";
    text.append("  for (int r = 0; r < rows; r++) {\n    int at = xo + r * ld;\n");
    text.append(body.indent(4)).append("  }\n}\n");
    return text.toString();
  }

  /// Other methods of class `ExponentialLoops`.
  static List<String> moreExponentials() {
    return List.of(logits("shortRows", List.of("a")), logits("longerRows", List.of("a", "b")));
  }

  // ---- the others ----

  private static final String LOG =
      """
      VectorMask<Float> tiny = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = v.blend(v.mul(0x1p23f), tiny).reinterpretAsInts();
      IntVector e = bits.sub(HALF_SQRT_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector m = bits.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
      FloatVector power = e.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
      power = power.blend(power.sub(23f), tiny);
      FloatVector f = m.sub(1f);
      FloatVector p = FloatVector.broadcast(F, LOG_10);
      p = fma(p, f, LOG_9);
      p = fma(p, f, LOG_8);
      p = fma(p, f, LOG_7);
      p = fma(p, f, LOG_6);
      p = fma(p, f, LOG_5);
      p = fma(p, f, LOG_4);
      p = fma(p, f, LOG_3);
      FloatVector square = f.mul(f);
      FloatVector tail = p.mul(f).mul(square);
      tail = fma(power, LN2_LOW, tail);
      tail = fma(square, -0.5f, tail);
      FloatVector log = tail.add(f);
      log = fma(power, LN2_HIGH, log);
      log = v.blend(log, v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
      log = log.blend(Float.NaN, v.compare(VectorOperators.LT, 0f));
      log = log.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0f));
      """;

  private static final String TANH =
      """
      FloatVector u = v.mul(v);
      FloatVector p = FloatVector.broadcast(F, TANH_P9);
      p = fma(p, u, TANH_P7);
      p = fma(p, u, TANH_P5);
      p = fma(p, u, TANH_P3);
      p = fma(p, u, 1f);
      FloatVector q = FloatVector.broadcast(F, TANH_Q8);
      q = fma(q, u, TANH_Q6);
      q = fma(q, u, TANH_Q4);
      q = fma(q, u, TANH_Q2);
      q = fma(q, u, 1f);
      FloatVector h = v.mul(p).div(q);
      h = h.blend(1f, v.compare(VectorOperators.GT, TANH_ONE));
      h = h.blend(-1f, v.compare(VectorOperators.LT, -TANH_ONE));
      """;

  /// sin(v + quarter pi / 2) for |v| up to the largest angle. The two lowest bits of the quarters as the
  /// highest of a float are 0, 2, -0 and -2: a mask of integers would be another type of mask in the
  /// profiles of the methods that all kernels share.
  private static String sine(int quarter) {
    return """
    FloatVector t = fma(v, TWO_OVER_PI, ROUND);
    FloatVector turns = t.sub(ROUND);
    FloatVector r = fma(turns, -HALF_PI_1, v);
    r = fma(turns, -HALF_PI_2, r);
    r = fma(turns, -HALF_PI_3, r);
    r = fma(turns, -HALF_PI_4, r);
    FloatVector u = r.mul(r);
    FloatVector s = FloatVector.broadcast(F, SIN_9);
    s = fma(s, u, SIN_7);
    s = fma(s, u, SIN_5);
    s = fma(s, u, SIN_3);
    s = s.mul(u);
    s = fma(s, r, r);
    FloatVector c = FloatVector.broadcast(F, COS_8);
    c = fma(c, u, COS_6);
    c = fma(c, u, COS_4);
    c = c.mul(u);
    FloatVector half = fma(u, -0.5f, 1f);
    c = fma(c, u, half);
    IntVector quarters = t.reinterpretAsInts()%s;
    FloatVector odd = quarters.lanewise(VectorOperators.LSHL, 30).reinterpretAsFloats();
    FloatVector a = s.blend(c, odd.compare(VectorOperators.NE, 0f));
    IntVector second = quarters.lanewise(VectorOperators.AND, 2);
    IntVector sign = second.lanewise(VectorOperators.LSHL, 30);
    IntVector signed = a.reinterpretAsInts().lanewise(VectorOperators.XOR, sign);
    VectorMask<Float> large = v.abs().compare(VectorOperators.GT, LARGEST_ANGLE);
    FloatVector turned = signed.reinterpretAsFloats().blend(v, large);
    """
        .formatted(quarter == 0 ? "" : ".add(" + quarter + ")");
  }

  /// Large angles are few: they are stored as they are and then replaced one by one.
  private static FunctionText angles(String name, int quarter) {
    String large =
        """
        turned.intoArray(y, yo + %2$s%4$s);
        if (large.anyTrue()) {
          VectorFunctions.%1$sOfLarge(y, yo + %2$s, %3$s);
        }
        """;
    return new FunctionText(
        name,
        "void",
        UNARY,
        "",
        List.of(Access.of("v = x + xo")),
        sine(quarter),
        List.of(),
        large.formatted(name, "i", "L", ""),
        large.formatted(name, "bound", "n - bound", ", rest"),
        "");
  }

  /// The loops of class `FunctionLoops`.
  static List<FunctionText> others() {
    return List.of(
        elementwise("log", UNARY, List.of("v = x + xo"), LOG, List.of("log = y + yo")),
        elementwise("tanh", UNARY, List.of("v = x + xo"), TANH, List.of("h = y + yo")),
        angles("sin", 0),
        angles("cos", 1));
  }
}
