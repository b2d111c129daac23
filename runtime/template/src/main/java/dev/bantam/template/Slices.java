package dev.bantam.template;

import java.util.ArrayList;
import java.util.List;

/** Python's {@code [from:to:step]} and {@code [index]}. */
final class Slices {

  private Slices() {}

  static Object slice(Object target, Object from, Object to, Object step, Budget budget) {
    long stride = step == None.NONE ? 1 : Operators.requireInteger(step);
    if (stride == 0) {
      throw new TemplateException("a slice's step cannot be zero");
    }
    if (target instanceof String text) {
      budget.text(text.length());
      int[] points = text.codePoints().toArray();
      StringBuilder out = new StringBuilder();
      for (int i : indices(points.length, from, to, stride)) {
        out.appendCodePoint(points[i]);
      }
      return out.toString();
    }
    if (target instanceof List<?> list) {
      budget.elements(list.size());
      List<Object> out = new ArrayList<>();
      for (int i : indices(list.size(), from, to, stride)) {
        out.add(list.get(i));
      }
      return target instanceof Tuple ? new Tuple(out) : out;
    }
    if (target instanceof Undefined undefined) {
      throw undefined.used();
    }
    throw new TemplateException("a %s cannot be sliced".formatted(Operators.typeName(target)));
  }

  private static List<Integer> indices(int length, Object from, Object to, long step) {
    boolean forward = step > 0;
    long lowest = forward ? 0 : -1;
    long highest = forward ? length : length - 1L;
    long start = bound(from, forward ? lowest : highest, length, lowest, highest);
    long end = bound(to, forward ? highest : lowest, length, lowest, highest);
    List<Integer> indices = new ArrayList<>();
    long stride = Math.max(-length - 1L, Math.min(length + 1L, step));
    for (long i = start; forward ? i < end : i > end; i += stride) {
      indices.add((int) i);
    }
    return indices;
  }

  private static long bound(Object value, long fallback, int length, long lowest, long highest) {
    if (value == None.NONE) {
      return fallback;
    }
    long index = Operators.requireInteger(value);
    return Math.max(lowest, Math.min(highest, index < 0 ? index + length : index));
  }

  /** The element at an index that may count from the end; undefined if there is none. */
  static Object item(Object target, long index, Budget budget) {
    int length =
        target instanceof String text ? PythonText.length(text) : ((List<?>) target).size();
    long at = index < 0 ? index + length : index;
    if (at < 0 || at >= length) {
      return new Undefined("element %d of a %s".formatted(index, Operators.typeName(target)));
    }
    if (target instanceof String text) {
      budget.step(1 + text.length() / 64);
      return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)));
    }
    return ((List<?>) target).get((int) at);
  }
}
