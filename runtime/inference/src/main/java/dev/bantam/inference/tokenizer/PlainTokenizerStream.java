package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ObjIntConsumer;

/**
 * A {@code tokenizer.json} as the native library is to have it: with another head, without the
 * special pieces of its vocabulary, and in ASCII, since a Java string takes twice the memory for
 * one other character. It is made while it is read, so that the file is never held here.
 */
final class PlainTokenizerStream extends InputStream {

  private static final int CHUNK_BYTES = 1 << 16;

  private enum Place {
    MODEL,
    VOCABULARY,
    SCORES,
    MERGES,
    END
  }

  private final Set<String> removed;
  private final ObjIntConsumer<String> pieces;
  private final ByteArrayOutputStream made = new ByteArrayOutputStream(2 * CHUNK_BYTES);
  private final JsonGenerator out;
  private final JsonParser in;
  private Place place = Place.MODEL;
  private byte[] chunk = {};
  private int read;
  private int id;

  /**
   * @param file the whole file
   * @param head its {@link TokenizerHead}, as it is to be
   * @param removed tokens to leave out, and every merge that has to do with them
   * @param pieces told each token of the vocabulary, those left out too, and its id
   */
  PlainTokenizerStream(
      Path file, ObjectNode head, Set<String> removed, ObjIntConsumer<String> pieces)
      throws IOException {
    this.removed = removed;
    this.pieces = pieces;
    this.out = TokenizerHead.JSON.createGenerator(made);
    this.out.enable(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());
    this.in = TokenizerHead.JSON.createParser(file.toFile());
    writeHead(head);
    goToModel();
  }

  private void writeHead(ObjectNode head) throws IOException {
    out.writeStartObject();
    for (Map.Entry<String, JsonNode> field : head.properties()) {
      if (!field.getKey().equals(TokenizerHead.MODEL)) {
        out.writePOJOField(field.getKey(), field.getValue());
      }
    }
    out.writeObjectFieldStart(TokenizerHead.MODEL);
    for (Map.Entry<String, JsonNode> field : head.path(TokenizerHead.MODEL).properties()) {
      out.writePOJOField(field.getKey(), field.getValue());
    }
  }

  private void goToModel() throws IOException {
    in.nextToken();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = in.currentName().equals(TokenizerHead.MODEL);
      in.nextToken();
      if (found) {
        return;
      }
      in.skipChildren();
    }
    throw new IOException("the file has changed while it was read");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (read == chunk.length && !nextChunk()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - read);
    System.arraycopy(chunk, read, target, from, count);
    read += count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    while (made.size() < CHUNK_BYTES && place != Place.END) {
      place =
          switch (place) {
            case MODEL -> nextPart();
            case VOCABULARY -> nextPiece();
            case SCORES -> nextScore();
            case MERGES -> nextMerge();
            case END -> Place.END;
          };
    }
    chunk = made.toByteArray();
    made.reset();
    read = 0;
    return chunk.length > 0;
  }

  private Place nextPart() throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      JsonToken value = in.nextToken();
      if (key.equals(TokenizerHead.VOCABULARY) && value == JsonToken.START_OBJECT) {
        out.writeObjectFieldStart(key);
        return Place.VOCABULARY;
      }
      if (key.equals(TokenizerHead.VOCABULARY) && value == JsonToken.START_ARRAY) {
        out.writeArrayFieldStart(key);
        return Place.SCORES;
      }
      if (key.equals(TokenizerHead.MERGES) && value == JsonToken.START_ARRAY) {
        out.writeArrayFieldStart(key);
        return Place.MERGES;
      }
      in.skipChildren();
    }
    out.writeEndObject();
    out.writeEndObject();
    out.flush();
    return Place.END;
  }

  private Place nextPiece() throws IOException {
    if (in.nextToken() != JsonToken.FIELD_NAME) {
      out.writeEndObject();
      return Place.MODEL;
    }
    String piece = in.currentName();
    in.nextToken();
    int number = in.getIntValue();
    pieces.accept(piece, number);
    if (!removed.contains(piece)) {
      out.writeNumberField(piece, number);
    }
    return Place.VOCABULARY;
  }

  /**
   * A Unigram vocabulary is a list of pieces with their scores, whose places are their ids: what is
   * removed gets a name that no text can know.
   */
  private Place nextScore() throws IOException {
    if (in.nextToken() == JsonToken.END_ARRAY) {
      out.writeEndArray();
      return Place.MODEL;
    }
    String piece = in.nextTextValue();
    in.nextToken();
    pieces.accept(piece, id);
    out.writeStartArray();
    out.writeString(removed.contains(piece) ? UUID.randomUUID().toString() : piece);
    out.writeNumber(in.getDecimalValue());
    out.writeEndArray();
    in.nextToken();
    id++;
    return Place.SCORES;
  }

  /** A merge is a list of two, or in older files one string with a space. */
  private Place nextMerge() throws IOException {
    JsonToken token = in.nextToken();
    if (token == JsonToken.END_ARRAY) {
      out.writeEndArray();
      return Place.MODEL;
    }
    if (token == JsonToken.START_ARRAY) {
      copyPair(in.nextTextValue(), in.nextTextValue());
      in.nextToken();
    } else {
      String text = in.getText();
      int space = Math.max(text.indexOf(' ', 1), 0);
      String right = text.substring(Math.min(space + 1, text.length()));
      if (isKept(text.substring(0, space), right)) {
        out.writeString(text);
      }
    }
    return Place.MERGES;
  }

  private void copyPair(String left, String right) throws IOException {
    if (left == null || right == null) {
      throw new IOException("a merge is no pair of tokens");
    }
    if (isKept(left, right)) {
      out.writeStartArray();
      out.writeString(left);
      out.writeString(right);
      out.writeEndArray();
    }
  }

  /** The library refuses merges whose tokens are gone. */
  private boolean isKept(String left, String right) {
    return !removed.contains(left) && !removed.contains(right) && !removed.contains(left + right);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
