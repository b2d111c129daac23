package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.Operator;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.tensor.ElementType;
import dev.bantam.models.importer.tensor.Matrix;
import dev.bantam.models.importer.tensor.SourceTensors;
import dev.bantam.models.importer.tensor.WeightFormat;
import dev.bantam.models.importer.tensor.WeightPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Weights by their names: linear layers, rows of a table, vectors. */
public final class LinearLayers {

  private final SourceTensors tensors;
  private final GraphBuilder graph;
  private final LinearBlock products;
  private final ByteProduct byteProducts;
  private final boolean byChannel;

  public LinearLayers(SourceTensors tensors, GraphBuilder graph) {
    this(tensors, graph, false);
  }

  /**
   * @param byChannel whether {@link #products} are with matrices that are quantized to 8 bits with
   *     a scale for each channel
   */
  public LinearLayers(SourceTensors tensors, GraphBuilder graph, boolean byChannel) {
    this.byChannel = byChannel;
    this.tensors = tensors;
    this.graph = graph;
    this.products = new LinearBlock(graph);
    this.byteProducts = new ByteProduct(graph);
  }

  /** A linear layer, {@code NAME.weight}, and {@code NAME.bias} if there is one. */
  public String linear(String x, int in, int out, String name) throws ModelException {
    return linears(x, in, List.of(name), List.of(out), name).get(0);
  }

  /**
   * Linear layers over one input: one product where all have one format, and one each otherwise.
   *
   * @return the results side by side in one value, or each in its own
   */
  List<String> linears(String x, int in, List<String> names, List<Integer> widths, String fusedName)
      throws ModelException {
    List<SourceTensor> matrices = new ArrayList<>();
    List<Optional<SourceTensor>> biases = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      matrices.add(tensors.matrix(names.get(i) + ".weight", in, widths.get(i)));
      biases.add(tensors.vectorIfPresent(names.get(i) + ".bias", widths.get(i)));
    }
    if (oneFormat(matrices, biases)) {
      return List.of(linear(x, matrices, biases, fusedName));
    }
    List<String> results = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      results.add(linear(x, List.of(matrices.get(i)), List.of(biases.get(i)), names.get(i)));
    }
    return results;
  }

  /**
   * Products of one input with matrices {@code [in, width]}, biases left out: one product where all
   * have one format, and one each otherwise.
   *
   * @return the results side by side in one value, or each in its own
   */
  public List<String> products(String x, int in, List<String> names, int width, String fusedName)
      throws ModelException {
    List<SourceTensor> matrices = matrices(names, in, width);
    if (matrices.stream().map(SourceTensor::type).distinct().count() == 1) {
      return List.of(product(x, Matrix.of(matrices), fusedName + ".product"));
    }
    List<String> results = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Matrix matrix = Matrix.of(List.of(matrices.get(i)));
      results.add(product(x, matrix, names.get(i) + ".product"));
    }
    return results;
  }

  /**
   * Matrices {@code [in, width]} side by side as floats, where {@link #products} would take them
   * so.
   *
   * @return {@code [in, names * width]}; empty where the products are with other weights
   */
  public Optional<String> floats(List<String> names, int in, int width) throws ModelException {
    List<SourceTensor> matrices = matrices(names, in, width);
    if (byChannel || !matrices.stream().allMatch(LinearLayers::isDense)) {
      return Optional.empty();
    }
    String weights = graph.weight(Matrix.of(matrices).dense());
    return Optional.of(graph.node(Operator.TRANSPOSE).in(weights).out(weights + ".exchanged"));
  }

  private List<SourceTensor> matrices(List<String> names, int in, int width) throws ModelException {
    List<SourceTensor> matrices = new ArrayList<>();
    for (String name : names) {
      matrices.add(tensors.matrix(name + ".weight", in, width));
    }
    return matrices;
  }

  private static boolean isDense(SourceTensor tensor) {
    return WeightFormat.of(tensor.type()).orElseThrow().isDense();
  }

  private String product(String x, Matrix matrix, String out) {
    return byChannel && matrix.format().isDense()
        ? byteProducts.apply(x, matrix, out)
        : products.apply(x, matrix, out);
  }

  /** A product with a matrix {@code [in, out]} that has no bias, under the name {@code result}. */
  String product(String x, int in, int out, String matrix, String result) throws ModelException {
    return products.apply(x, Matrix.of(List.of(tensors.matrix(matrix, in, out))), result);
  }

  /**
   * Rows of a table by their numbers.
   *
   * @param numbers int64 {@code [sequence]}
   * @return {@code [sequence, columns]}, named {@code result}
   */
  public String rows(String numbers, int columns, int rows, String table, String result)
      throws ModelException {
    Matrix matrix = Matrix.of(List.of(tensors.matrix(table, columns, rows)));
    return products.rows(numbers, matrix, result);
  }

  /** A vector of floats. */
  public String vector(String name, long size) throws ModelException {
    return graph.weight(vectorPart(List.of(tensors.vector(name, size))));
  }

  /** Vectors of floats, one behind the other. */
  public String vectors(List<String> names, long size) throws ModelException {
    List<SourceTensor> parts = new ArrayList<>();
    for (String name : names) {
      parts.add(tensors.vector(name, size));
    }
    return graph.weight(vectorPart(parts));
  }

  private static boolean oneFormat(
      List<SourceTensor> matrices, List<Optional<SourceTensor>> biases) {
    return matrices.stream().map(SourceTensor::type).distinct().count() == 1
        && biases.stream().map(bias -> bias.map(SourceTensor::type)).distinct().count() == 1;
  }

  private String linear(
      String x, List<SourceTensor> matrices, List<Optional<SourceTensor>> biases, String name)
      throws ModelException {
    String out = name + ".out";
    List<SourceTensor> present = biases.stream().flatMap(Optional::stream).toList();
    if (present.isEmpty()) {
      return products.apply(x, Matrix.of(matrices), out);
    }
    String product = products.apply(x, Matrix.of(matrices), name + ".product");
    return graph.node(Operator.ADD).in(product, graph.weight(vectorPart(present))).out(out);
  }

  private static WeightPart vectorPart(List<SourceTensor> vectors) throws ModelException {
    SourceTensor first = vectors.get(0);
    if (vectors.stream().anyMatch(vector -> vector.type() != first.type())) {
      throw new ModelException(
          ModelException.Kind.UNSUPPORTED,
          "%s and its neighbours are stored in different types; save the model in one type"
              .formatted(first.name()));
    }
    long size = vectors.stream().mapToLong(SourceTensor::elements).sum();
    return new WeightPart.Converted(
        first.name(),
        ElementType.FLOAT,
        List.of(size),
        vectors,
        WeightFormat.of(first.type()).orElseThrow().elements());
  }
}
