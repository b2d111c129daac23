package dev.bantam.template;

/** Python's arithmetic: division gives a float, remainder and whole division round down. */
final class Arithmetic {

  private Arithmetic() {}

  static double toDouble(Object value) {
    return value instanceof Double number ? number : (double) Operators.requireInteger(value);
  }

  static Object apply(String operator, Object left, Object right) {
    try {
      return left instanceof Double || right instanceof Double || operator.equals("/")
          ? floats(operator, toDouble(left), toDouble(right))
          : integers(operator, Operators.requireInteger(left), Operators.requireInteger(right));
    } catch (ArithmeticException e) {
      throw new TemplateException("a number got too large");
    }
  }

  private static Object integers(String operator, long left, long right) {
    return switch (operator) {
      case "+" -> Math.addExact(left, right);
      case "-" -> Math.subtractExact(left, right);
      case "*" -> Math.multiplyExact(left, right);
      case "//" -> Math.floorDiv(left, nonZero(right));
      case "%" -> Math.floorMod(left, nonZero(right));
      default -> right < 0 ? (Object) Math.pow(left, right) : (Object) power(left, right);
    };
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw new TemplateException("division by zero");
    }
    return divisor;
  }

  private static long power(long base, long exponent) {
    long result = 1;
    long factor = base;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result = Math.multiplyExact(result, factor);
      }
      if (rest > 1) {
        factor = Math.multiplyExact(factor, factor);
      }
    }
    return result;
  }

  private static Object floats(String operator, double left, double right) {
    if (right == 0
        && !operator.equals("+")
        && !operator.equals("-")
        && !operator.equals("*")
        && !operator.equals("**")) {
      throw new TemplateException("division by zero");
    }
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor(left / right);
      case "%" -> left - right * Math.floor(left / right);
      default -> Math.pow(left, right);
    };
  }

  static Object negate(Object value) {
    if (value instanceof Double number) {
      return -number;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.used();
    }
    return apply("-", 0L, Operators.requireInteger(value));
  }
}
