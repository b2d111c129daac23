package dev.bantam.simulator.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** How one reading changes from round to round. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Signal.Ramp.class, name = "ramp"),
  @JsonSubTypes.Type(value = Signal.Cycle.class, name = "cycle")
})
public sealed interface Signal {

  /**
   * The reading of one round, as text with its unit.
   *
   * @param round from 0
   * @param noise seeded for this sensor and round
   */
  String at(int round, Random noise);

  /**
   * A number that rises from {@code low} to {@code high} and falls back, with noise.
   *
   * @param start the first value
   * @param step change from round to round; negative to fall first
   * @param low turning point
   * @param high turning point
   * @param noise standard deviation of what is added
   * @param decimals digits after the point
   * @param unit written behind the number
   */
  record Ramp(
      @JsonProperty(required = true) double start,
      @JsonProperty(required = true) double step,
      @JsonProperty(required = true) double low,
      @JsonProperty(required = true) double high,
      double noise,
      int decimals,
      @JsonProperty(defaultValue = "") String unit)
      implements Signal {

    /**
     * @throws IllegalArgumentException if a value is not of its form
     */
    @SuppressWarnings("ConstantValue")
    public Ramp {
      unit = unit == null ? "" : unit;
      if (!(low < high) || start < low || start > high) {
        throw new IllegalArgumentException(
            "a ramp needs low < high, and start between them; it has low %s, high %s, start %s"
                .formatted(low, high, start));
      }
      if (noise < 0 || decimals < 0 || decimals > 6) {
        throw new IllegalArgumentException("noise must be 0 or more, decimals from 0 to 6");
      }
    }

    @Override
    public String at(int round, Random random) {
      double span = high - low;
      double travelled = step < 0 ? 2 * span - (start - low) : start - low;
      double phase = (travelled + Math.abs(step) * round) % (2 * span);
      double value = low + (phase <= span ? phase : 2 * span - phase);
      String number =
          String.format(Locale.ROOT, "%." + decimals + "f", value + noise * random.nextGaussian());
      return unit.isEmpty() ? number : number + " " + unit;
    }
  }

  /**
   * One of several texts after the other.
   *
   * @param values in their order; after the last comes the first
   */
  record Cycle(@JsonProperty(required = true) List<String> values) implements Signal {

    /**
     * @throws IllegalArgumentException if there is no value
     */
    public Cycle {
      if (values.isEmpty()) {
        throw new IllegalArgumentException("a cycle needs at least one value");
      }
      values = List.copyOf(values);
    }

    @Override
    public String at(int round, Random random) {
      return values.get(round % values.size());
    }
  }
}
