package dev.bantam.models.importer.onnx;

import dev.bantam.format.DecoderConfig;
import dev.bantam.format.EncoderConfig;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.ConfigJson;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.safetensors.EncoderTokenizer;
import dev.bantam.models.importer.safetensors.FolderTokenizer;
import dev.bantam.models.importer.safetensors.ModelFolder;
import dev.bantam.models.importer.safetensors.TransformersConfig;
import dev.bantam.models.importer.source.SourceTokenizer;
import dev.bantam.models.importer.source.SourceTokenizer.Content;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Imports a ready export, of a decoder or of an encoder. Its files stay as they are, but for the
 * names of the files with external data in the graph, since blobs lie by digest, and for {@link
 * SkipNorms}. All that can be wrong is found before the first is copied.
 */
public final class OnnxImport {

  /** {@code model_q4.onnx} and the like; what follows names the variant. */
  private static final Pattern NAMED =
      Pattern.compile("(?:decoder_)?model(?:_merged)?_([a-z0-9][a-z0-9._-]{0,30})\\.onnx");

  /** Tells an export's variants from those that Bantam quantizes itself. */
  private static final String PREFIX = "onnx-";

  /**
   * What a file's copy has other than the file.
   *
   * @param edits in order
   * @param suffix what comes behind it
   */
  private record Changes(List<Edit> edits, byte[] suffix) {

    static final Changes NONE = new Changes(List.of(), new byte[0]);
  }

  private final BlobSink blobs;
  private final ImportListener listener;
  private long done;
  private long total;

  public OnnxImport(BlobSink blobs, ImportListener listener) {
    this.blobs = blobs;
    this.listener = listener;
  }

  /**
   * @param source a graph, or a folder with one
   * @throws ModelException {@code USAGE} if a file is missing or several graphs are there, {@code
   *     MALFORMED} if a file is not sound, {@code UNSUPPORTED} if the graph is no decoder and no
   *     encoder that can be run, and what writing comes to
   */
  public ImportedVariant run(Path source) throws ModelException {
    ExportFolder export = ExportFolder.of(source);
    GraphScan.Found graph = GraphScan.of(export.graph());
    TransformersConfig root = TransformersConfig.read(export.folder().resolve(ModelFolder.CONFIG));
    Optional<EncoderExport> encoder = EncoderExport.of(export, graph, root);
    return encoder.isPresent()
        ? encoder(export, graph, encoder.get())
        : decoder(export, graph, root);
  }

  private ImportedVariant decoder(
      ExportFolder export, GraphScan.Found graph, TransformersConfig root) throws ModelException {
    ExportConfig sizes = new ExportConfig(export.graph(), graph, root);
    sizes.checkGraph();
    SourceTokenizer tokenizer = FolderTokenizer.read(export.folder(), sizes.config());
    DecoderConfig config = sizes.read(tokenizer);
    byte[] json = ConfigJson.write(config);
    return new ImportedVariant(
        variant(export.graph(), graph),
        config.architecture(),
        graph.weights().parameters(),
        config.contextLength(),
        config.promptFormat(),
        write(export, graph, new Changes(graph.edits(), new byte[0]), tokenizer.json(), json));
  }

  private ImportedVariant encoder(ExportFolder export, GraphScan.Found graph, EncoderExport encoder)
      throws ModelException {
    EncoderConfig config = encoder.read();
    Content tokenizer = EncoderTokenizer.read(export.folder());
    Changes changes = new Changes(graph.edits(), encoder.suffix());
    if (graph.weights().kind().equals(WeightStatistics.BYTE_PRODUCTS)) {
      SkipNorms norms = SkipNorms.of(export.graph());
      changes = new Changes(norms.with(graph.edits()), joined(norms.suffix(), encoder.suffix()));
    }
    byte[] json = ConfigJson.write(config);
    return new ImportedVariant(
        variant(export.graph(), graph),
        config.architecture(),
        graph.weights().parameters(),
        config.maxTokens(),
        Optional.empty(),
        write(export, graph, changes, tokenizer, json));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static String variant(Path file, GraphScan.Found graph) {
    Matcher named = NAMED.matcher(file.getFileName().toString().toLowerCase(Locale.ROOT));
    return PREFIX + (named.matches() ? named.group(1) : graph.weights().kind());
  }

  private Map<String, Blob> write(
      ExportFolder export, GraphScan.Found graph, Changes changes, Content tokenizer, byte[] config)
      throws ModelException {
    List<Path> external = graph.externalFiles();
    total = export.graph().toFile().length();
    total += external.stream().mapToLong(file -> file.toFile().length()).sum();
    Map<String, Blob> files = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < external.size(); i++) {
      Blob blob = copy(external.get(i), Map.of(), Changes.NONE);
      files.put(i == 0 ? ModelFiles.WEIGHTS : ModelFiles.WEIGHTS + "-" + i, blob);
      names.put(external.get(i).getFileName().toString(), blob.sha256());
    }
    files.put(ModelFiles.GRAPH, copy(export.graph(), names, changes));
    files.put(ModelFiles.TOKENIZER, write(tokenizer));
    files.put(ModelFiles.CONFIG, write(target -> target.write(ByteBuffer.wrap(config))));
    return files;
  }

  private Blob copy(Path file, Map<String, String> names, Changes changes) throws ModelException {
    long before = done;
    LongConsumer progress =
        bytes -> listener.progress(String.valueOf(file.getFileName()), before + bytes, total);
    try (BlobWriter writer = blobs.open()) {
      new EditedCopy(file, writer, progress).run(changes.edits(), names);
      writer.write(ByteBuffer.wrap(changes.suffix()));
      done += file.toFile().length();
      return writer.commit();
    }
  }

  private Blob write(Content content) throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      content.writeTo(writer);
      return writer.commit();
    }
  }
}
