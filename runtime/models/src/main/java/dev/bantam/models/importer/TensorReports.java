package dev.bantam.models.importer;

import dev.bantam.models.importer.quantize.RequantizedSource;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.tensor.ChannelErrors;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Says what an import has made of each tensor, once the weights are written. */
public final class TensorReports {

  private static final String BY_CHANNEL = "8 bits, a scale a row";

  private TensorReports() {}

  /**
   * @param published the tensors as they came
   * @param source what was made of them before they were written
   * @param used those that the model has
   * @param channels those of them that were quantized row by row as they were written
   */
  public static List<TensorReport> of(
      ModelSource published,
      RequantizedSource source,
      Collection<SourceTensor> used,
      ChannelErrors channels) {
    List<TensorReport> report = new ArrayList<>();
    for (SourceTensor tensor : used) {
      boolean byChannel = channels.has(tensor.name());
      WeightFormat format = WeightFormat.of(tensor.type()).orElseThrow();
      report.add(
          new TensorReport(
              tensor.name(),
              Objects.requireNonNull(published.tensors().get(tensor.name())).type(),
              byChannel ? BY_CHANNEL : format.description(),
              byChannel ? bytesByChannel(tensor) : format.bytes(tensor.elements()),
              byChannel
                  ? channels.relativeError(tensor.name())
                  : source.relativeError(tensor.name())));
    }
    return report;
  }

  /** A byte a weight, and a scale and a sum a row. */
  private static long bytesByChannel(SourceTensor tensor) {
    return tensor.elements() + 2 * Float.BYTES * (tensor.elements() / tensor.shape().get(0));
  }
}
