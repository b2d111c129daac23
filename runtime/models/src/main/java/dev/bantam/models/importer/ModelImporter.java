package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.encoder.EncoderImport;
import dev.bantam.models.importer.lora.AdaptedSource;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.importer.onnx.OnnxImport;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.importer.quantize.RequantizedSource;
import dev.bantam.models.importer.safetensors.SafetensorsSource;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.store.BlobSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Turns a model's file into what the runtime loads. */
public final class ModelImporter {

  private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

  private ModelImporter() {}

  /**
   * Imports one model. The work streams: the heap never holds a tensor.
   *
   * @param source a GGUF of version 2 or 3, a folder with safetensors as transformers saves it, or
   *     an ONNX export: its graph, or a folder with one graph
   * @param adapter a LoRA adapter to merge into it: a GGUF, or a folder as PEFT saves it; an ONNX
   *     export takes none
   * @param quantization what to re-quantize its weights to; with none, what an adapter changes is
   *     quantized in as many bits as before. An ONNX export's stay as they are
   * @param blobs takes the files made; after a failure nothing but whole blobs without a user is
   *     left in it
   * @throws ModelException {@code MALFORMED} if the file is no sound model, {@code UNSUPPORTED} if
   *     its architecture, a tensor type or its tokenizer is not supported, {@code INTERRUPTED} if
   *     the thread was interrupted, {@code DISK_FULL}, {@code IO}
   */
  public static ImportedVariant importModel(
      Path source,
      Optional<Path> adapter,
      Quantization quantization,
      BlobSink blobs,
      ImportListener listener)
      throws ModelException {
    if (ExportFolder.isExport(source)) {
      requireUnchanged(source, adapter, quantization);
      return new OnnxImport(blobs, listener).run(source);
    }
    try (ModelSource model = open(source)) {
      if (model instanceof SafetensorsSource folder && folder.isEncoder()) {
        requireNoAdapter(source, adapter);
        return new EncoderImport(blobs, listener).run(folder, quantization);
      }
      requireNotByChannel(source, quantization);
      DecoderImport decoder = new DecoderImport(blobs, listener);
      if (adapter.isEmpty()) {
        return decoder.run(model, quantization);
      }
      try (AdaptedSource adapted = AdaptedSource.open(model, adapter.get())) {
        return quantization == Quantization.NONE
            ? decoder.run(RequantizedSource.likeBefore(adapted), quantization)
            : decoder.run(adapted, quantization);
      }
    }
  }

  /** As the other, without an adapter. */
  public static ImportedVariant importModel(
      Path source, Quantization quantization, BlobSink blobs, ImportListener listener)
      throws ModelException {
    return importModel(source, Optional.empty(), quantization, blobs, listener);
  }

  /** As the others, weights as they are. */
  public static ImportedVariant importModel(Path source, BlobSink blobs, ImportListener listener)
      throws ModelException {
    return importModel(source, Optional.empty(), Quantization.NONE, blobs, listener);
  }

  /**
   * What to re-quantize to where nobody says: to the first variant that the device prefers and that
   * can be made; otherwise floats to 4 bits, and all else stays as it is.
   *
   * @param variants names of variants, the best first
   */
  public static Quantization usual(Path source, List<String> variants) throws ModelException {
    if (ExportFolder.isExport(source)) {
      return Quantization.NONE;
    }
    try (ModelSource model = open(source)) {
      if (model instanceof SafetensorsSource folder && folder.isEncoder()) {
        return Quantization.NONE;
      }
      return Quantization.usual(model.tensors().values(), variants);
    }
  }

  /**
   * Whether a model of weights has no chat template. Of an export this is found as it is imported,
   * which only copies.
   */
  public static boolean lacksChatTemplate(Path source) throws ModelException {
    if (ExportFolder.isExport(source)) {
      return false;
    }
    try (ModelSource model = open(source)) {
      boolean isEncoder = model instanceof SafetensorsSource folder && folder.isEncoder();
      return !isEncoder && model.tokenizer().chatTemplate().isEmpty();
    }
  }

  /** An export's graph computes with the weights that it has: nothing can be done to them. */
  private static void requireUnchanged(
      Path export, Optional<Path> adapter, Quantization quantization) throws ModelException {
    if (adapter.isPresent()) {
      throw new ModelException(
          Kind.USAGE,
          "%s is an ONNX export, into which no adapter can be merged; give the model's GGUF or its folder with safetensors"
              .formatted(export.getFileName()));
    }
    if (quantization != Quantization.NONE) {
      throw new ModelException(
          Kind.USAGE,
          "%s is an ONNX export, which is run as it is; import it without quantizing, or choose another of its graphs"
              .formatted(export.getFileName()));
    }
  }

  private static void requireNoAdapter(Path source, Optional<Path> adapter) throws ModelException {
    if (adapter.isPresent()) {
      throw new ModelException(
          Kind.USAGE,
          "%s is an encoder, into which no adapter can be merged here; merge it with PEFT and save the whole model"
              .formatted(source.getFileName()));
    }
  }

  private static void requireNotByChannel(Path source, Quantization quantization)
      throws ModelException {
    if (quantization == Quantization.INT8) {
      throw new ModelException(
          Kind.USAGE,
          "%s is a decoder, which takes 8bit or 4bit; int8 is for encoders"
              .formatted(source.getFileName()));
    }
  }

  private static ModelSource open(Path source) throws ModelException {
    if (Files.isDirectory(source)) {
      return SafetensorsSource.open(source);
    }
    if (!beginsWith(source, GGUF)) {
      throw new ModelException(
          Kind.MALFORMED,
          "%s is no model that can be imported; supported are GGUF files, which begin with \"GGUF\", ONNX graphs (.onnx), and folders with config.json and model.safetensors or an ONNX graph"
              .formatted(source.getFileName()));
    }
    return GgufSource.open(source);
  }

  private static boolean beginsWith(Path file, byte[] magic) throws ModelException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate(magic.length);
      int read = channel.read(start, 0);
      return read == magic.length && start.flip().equals(ByteBuffer.wrap(magic));
    } catch (NoSuchFileException e) {
      throw new ModelException(Kind.USAGE, "there is no file %s".formatted(file), e);
    } catch (ClosedByInterruptException e) {
      throw new ModelException(Kind.INTERRUPTED, "the import was interrupted", e);
    } catch (IOException e) {
      throw new ModelException(Kind.IO, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
