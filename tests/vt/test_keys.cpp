#include <vt/stream/keys.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <tests/catch.hpp>

using vt::input;
using vt::input_kind;

namespace {

std::string shown(std::string_view bytes) {
  constexpr char hex[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    if (c == '\x1b') {
      text += "ESC";
    } else if (c == '\r') {
      text += "CR";
    } else if (value < 0x20 || value >= 0x7f) {
      text += {'<', hex[value >> 4], hex[value & 15], '>'};
    } else {
      text += c;
    }
  }
  return text;
}

const char* name_of(input_kind kind) {
  switch (kind) {
    case input_kind::text: return "text";
    case input_kind::key: return "key";
    case input_kind::release: return "release";
    case input_kind::modifier: return "modifier";
    case input_kind::other: return "other";
    case input_kind::report: return "report";
    case input_kind::pasted: return "pasted";
    default: return "part";
  }
}

struct piece {
  input_kind kind;
  std::string bytes;
  char byte;
  char32_t code;
};

bool may_be_one(const piece& before, input_kind kind) {
  const bool runs = kind == input_kind::text || kind == input_kind::report ||
                    kind == input_kind::pasted || kind == input_kind::other;
  return before.kind == input_kind::part || (runs && before.kind == kind);
}

// What cuts leave behind put together again: a part is of what ends it.
std::vector<piece> joined(const std::vector<piece>& pieces) {
  std::vector<piece> all;
  for (const auto& next : pieces) {
    all.push_back(next);
    while (all.size() > 1 && may_be_one(all[all.size() - 2], all.back().kind)) {
      const auto last = all.back();
      all.pop_back();
      all.back() = {last.kind, all.back().bytes + last.bytes, last.byte, last.code};
    }
  }
  return all;
}

std::string shown(const std::vector<piece>& pieces) {
  std::string text;
  for (const auto& [kind, bytes, byte, code] : pieces) {
    if (!text.empty()) text += "  ";
    text += name_of(kind) + (" " + shown(bytes));
    if (kind == input_kind::key) text += " = " + shown(std::string_view(&byte, 1));
    if (code != 0) text += " @" + std::to_string(static_cast<unsigned>(code));
  }
  return text;
}

void read_once(vt::key_decoder& decoder, std::string_view bytes, std::vector<piece>& all) {
  while (const auto next = decoder.next(bytes))
    all.push_back({next->kind, std::string(next->bytes), next->byte, next->code});
  CHECK(bytes.empty());
}

std::string decoded(std::string_view bytes, bool utf8 = false) {
  vt::key_decoder decoder;
  decoder.mouse_is_utf8(utf8);
  std::vector<piece> all;
  read_once(decoder, bytes, all);
  return shown(joined(all));
}

std::string cut_at(std::string_view bytes, std::size_t cut, bool utf8) {
  vt::key_decoder decoder;
  decoder.mouse_is_utf8(utf8);
  std::vector<piece> all;
  read_once(decoder, bytes.substr(0, cut), all);
  read_once(decoder, bytes.substr(cut), all);
  return shown(joined(all));
}

std::string bytewise(std::string_view bytes, bool utf8) {
  vt::key_decoder decoder;
  decoder.mouse_is_utf8(utf8);
  std::vector<piece> all;
  for (std::size_t at = 0; at < bytes.size(); ++at) read_once(decoder, bytes.substr(at, 1), all);
  return shown(joined(all));
}

struct row {
  std::string name;
  std::string bytes;
  std::string expected;
};

void check(const std::vector<row>& rows, bool utf8 = false) {
  for (const auto& [name, bytes, expected] : rows) {
    CAPTURE(name);
    CHECK(decoded(bytes, utf8) == expected);
    CHECK(bytewise(bytes, utf8) == expected);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      CAPTURE(cut);
      CHECK(cut_at(bytes, cut, utf8) == expected);
    }
  }
}

// A press with kitty's or xterm's encoding, as byte and key; "other" if it stands for none.
std::string pressed(const std::string& bytes) {
  const auto text = decoded(bytes);
  return text.substr(0, 5) == "other" ? "other" : text.substr(text.find(" = ") + 3);
}

}  // namespace

TEST_CASE("text is what is in no sequence") {
  check({
      {"letters", "ls -l", "text ls -l"},
      {"controls and DEL", "a\r\n\t\x03\x7f\x07z", "text aCR<0a><09><03><7f><07>z"},
      {"UTF-8, and bytes that are C1 elsewhere", "\xc3\xa9\x9b\xff", "text <c3><a9><9b><ff>"},
      {"between sequences", "a\x1b[Ab\x1b[Bc", "text a  other ESC[A  text b  other ESC[B  text c"},
  });
}

TEST_CASE("a key is the byte that a terminal without its encoding would have sent") {
  check({
      {"keypad in application mode", "\x1bOM\x1bOn\x1bOy\x1bOX",
       "key ESCOM = CR @13  key ESCOn = . @46  key ESCOy = 9 @57  key ESCOX = = @61"},
      {"kitty", "\x1b[97u\x1b[13;2u", "key ESC[97u = a @97  key ESC[13;2u = CR @13"},
      {"a repeat is a press", "\x1b[97;1:2u", "key ESC[97;1:2u = a @97"},
      {"xterm", "\x1b[27;2;126~\x1b[27;5;13~",
       "key ESC[27;2;126~ = ~ @96  key ESC[27;5;13~ = CR @13"},
      {"xterm with formatOtherKeys", "\x1b[126;2u", "key ESC[126;2u = ~ @126"},
  });
}

TEST_CASE("what is pressed is told by the text, the shifted key, or a US keyboard") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"96;2u", "~ @96"},
      {"96:126;2u", "~ @96"},
      {"96:126;2;126u", "~ @96"},
      {"43::93;;126u", "~ @43"},  // text of AltGr
      {"47:63;2u", "? @47"},
      {"55:47;2u", "/ @55"},  // German
      {"47;2u", "? @47"},
      {"51;2u", "# @51"},
      {"100;2u", "D @100"},
      {"68;2u", "D @68"},
      {"59;2u", ": @59"},
      {"46;;46u", ". @46"},
      {"46;1u", ". @46"},
      {"46;;u", ". @46"},
      {"97;;228u", "other"},    // a letter that is no ASCII
      {"97;;97:98u", "other"},  // two characters
      {"0;;233u", "other"},     // an input method
      {"97:228;2u", "other"},
      {"228u", "other"},
      {"57344u", "other"},
      {"122;5u", "<1a> @122"},
      {"122;6u", "<1a> @122"},
      {"90;6u", "<1a> @90"},
      {"93;5u", "<1d> @93"},
      {"54:94;6u", "<1e> @54"},
      {"32;5u", "<00> @32"},
      {"49;5u", "other"},
      {"97;3u", "other"},  // Alt
      {"97;9u", "other"},  // Super
      {"97;17u", "other"},
      {"97;33u", "other"},
      {"97;7u", "other"},
      {"97;65u", "A @97"},  // CapsLock
      {"97;66u", "a @97"},  // with Shift
      {"96;65u", "` @96"},
      {"92;133u", "<1c> @92"},  // NumLock and Ctrl
      {"96;130u", "~ @96"},
      {"97;129:1u", "a @97"},
      {"13u", "CR @13"},
      {"13;3u", "CR @13"},
      {"13;129:2u", "CR @13"},
      {"57414u", "CR @57414"},
      {"57414;5u", "CR @57414"},
      {"57399;129u", "0 @57399"},
      {"57408u", "9 @57408"},
      {"57409u", ". @57409"},
      {"57410u", "/ @57410"},
      {"57415u", "= @57415"},
      {"57416u", ", @57416"},
      {"57417u", "other"},
      {"27u", "ESC @27"},
      {"u", "other"},
      {"27;2;126~", "~ @96"},
      {"27;2;46~", ". @46"},  // French: with Shift
      {"27;2;47~", "/ @47"},  // German: with Shift
      {"27;6;90~", "<1a> @122"},
      {"27;5;122~", "<1a> @122"},
      {"27;3;97~", "other"},
      {"27;2;8364~", "other"},
      {"27~", "other"},
      {"27;2~", "other"},
      {"126;2u", "~ @126"},
      {"62;2u", "> @62"},
      {"3~", "other"},
      {"126~", "other"},
      {"99999999999999999999u", "other"},
      {"4294967393u", "other"},  // 2^32 + 97
      {"97;1:1:1;1:1:1:1:1u", "other"},
  };
  for (const auto& [bytes, expected] : rows) {
    CAPTURE(bytes);
    CHECK(pressed("\x1b[" + bytes) == expected);
  }
}

TEST_CASE("releases and modifier keys are no typing") {
  check({
      {"a letter", "\x1b[97;1:3u", "release ESC[97;1:3u @97"},
      {"with modifiers", "\x1b[96:126;2:3u", "release ESC[96:126;2:3u @96"},
      {"an arrow", "\x1b[1;1:3A", "release ESC[1;1:3A"},
      {"F3, where it is no cursor report", "\x1b[1;1:3R", "release ESC[1;1:3R"},
      {"Delete", "\x1b[3;1:3~", "release ESC[3;1:3~"},
      {"Shift", "\x1b[57441;2u\x1b[57441;1:3u", "modifier ESC[57441;2u  modifier ESC[57441;1:3u"},
      {"locks", "\x1b[57358;65u\x1b[57360u\x1b[57454u",
       "modifier ESC[57358;65u  modifier ESC[57360u  modifier ESC[57454u"},
      {"their neighbours are keys", "\x1b[57361u\x1b[57440u\x1b[57455u",
       "other ESC[57361uESC[57440uESC[57455u"},
  });
}

TEST_CASE("keys that stand for no byte are other typing") {
  check({
      {"arrows", "\x1b[A\x1b[1;5C", "other ESC[AESC[1;5C"},
      {"SS3", "\x1bOA\x1bOP", "other ESCOAESCOP"},
      {"Delete ends in a tilde", "\x1b[3~.", "other ESC[3~  text ."},
      {"Alt", "\x1bx~", "other ESCx  text ~"},
      {"Alt and the escape character", "\x1b~.", "other ESC~  text ."},
      {"Alt-Enter", "\x1b\r", "other ESC  text CR"},
      {"Alt-Backspace", "\x1b\x7f", "other ESC  text <7f>"},
      {"Alt and a letter of two bytes", "\x1b\xc3\xa9", "other ESC  text <c3><a9>"},
      {"Linux console", "\x1b[[A~", "other ESC[[A  text ~"},
      {"rxvt", "\x1b[3^\x1b[c\x1b[a", "other ESC[3^ESC[cESC[a"},
      {"the end of no paste", "\x1b[201~", "other ESC[201~"},
      {"ESC ESC", "\x1b\x1b[A", "other ESCESC[A"},
      {"a focus report has no numbers", "\x1b[1;5I", "other ESC[1;5I"},
  });
}

TEST_CASE("what the terminal says by itself is a report") {
  check({
      {"focus", "\x1b[I\x1b[O~", "report ESC[IESC[O  text ~"},
      {"mouse, bytes", "\x1b[M !!~", "report ESC[M !!  text ~"},
      {"mouse, bytes that are high or DEL", "\x1b[M\x7f\xff\x80~",
       "report ESC[M<7f><ff><80>  text ~"},
      {"mouse, SGR", "\x1b[<0;10;20M\x1b[<0;10;20m~", "report ESC[<0;10;20MESC[<0;10;20m  text ~"},
      {"mouse, urxvt", "\x1b[35;10;20M~", "report ESC[35;10;20M  text ~"},
      {"cursor", "\x1b[24;80R~", "report ESC[24;80R  text ~"},
      {"attributes", "\x1b[?62;22c\x1b[>1;10;0c\x1b[=0c~",
       "report ESC[?62;22cESC[>1;10;0cESC[=0c  text ~"},
      {"status", "\x1b[0n\x1b[?997;1n~", "report ESC[0nESC[?997;1n  text ~"},
      {"modes", "\x1b[?2026;2$y\x1b[4;2$y~", "report ESC[?2026;2$yESC[4;2$y  text ~"},
      {"kitty flags", "\x1b[?31u~", "report ESC[?31u  text ~"},
      {"window", "\x1b[8;24;80t\x1b[48;24;80;480;640t~",
       "report ESC[8;24;80tESC[48;24;80;480;640t  text ~"},
      {"version", "\x1bP>|XTerm(379)\x1b\\~", "report ESCP>|XTerm(379)ESC\\  text ~"},
      {"colour", "\x1b]11;rgb:00/00/00\x07~", "report ESC]11;rgb:00/00/00<07>  text ~"},
      {"graphics", "\x1b_Gi=31;OK\x1b\\~", "report ESC_Gi=31;OKESC\\  text ~"},
      {"UTF-8 in a string", "\x1b]l\xc3\xa9\x9c\x7f\x1b\\~",
       "report ESC]l<c3><a9><9c><7f>ESC\\  text ~"},
      {"after a string", "\x1bP1$r0m\x1b\\\x1b[97u", "report ESCP1$r0mESC\\  key ESC[97u = a @97"},
  });
}

TEST_CASE("in mode 1005 the coordinates of a mouse report are characters") {
  check(
      {
          {"two bytes each", "\x1b[M \xc4\x80\xc2\xa0~", "report ESC[M <c4><80><c2><a0>  text ~"},
          {"one byte each", "\x1b[M !!~", "report ESC[M !!  text ~"},
      },
      true);
}

TEST_CASE("a control character ends what is unfinished, and is text") {
  check({
      {"CSI", "\x1b[1;2\r~", "other ESC[1;2  text CR~"},
      {"CSI that is a report", "\x1b[?1\n~", "report ESC[?1  text <0a>~"},
      {"CSI, and BEL", "\x1b[1\x07", "other ESC[1  text <07>"},
      {"CSI, and no control character but as bad", "\x1b[1\xe9\x1b[2\x7f",
       "other ESC[1  text <e9>  other ESC[2  text <7f>"},
      {"SS3", "\x1bO\r", "other ESCO  text CR"},
      {"string", "\x1bPtext\r~.", "report ESCPtext  text CR~."},
      {"string of vim's user", "\x1b]\x03\x1b_\x04",
       "report ESC]  text <03>  report ESC_  text <04>"},
      {"mouse", "\x1b[M \r", "report ESC[M   text CR"},
      {"Linux console", "\x1b[[\r", "other ESC[[  text CR"},
      {"ESC", "\x1b\n", "other ESC  text <0a>"},
  });
}

TEST_CASE("an ESC begins anew, and in a string it is the string's") {
  check({
      {"CSI", "\x1b[1\x1b[97u", "other ESC[1  key ESC[97u = a @97"},
      {"SS3", "\x1bO\x1bOM", "other ESCO  key ESCOM = CR @13"},
      {"mouse", "\x1b[M \x1b[97u", "report ESC[M   key ESC[97u = a @97"},
      {"string", "\x1bPx\x1b[97u", "report ESCPxESC  key [97u = a @97"},
      {"string, twice", "\x1bPx\x1b\x1b[97u", "report ESCPxESC  other   key ESC[97u = a @97"},
  });
}

TEST_CASE("what is too long is no sequence") {
  const std::string digits(61, '1');
  const std::string body(4093, 'a');
  CHECK(decoded("\x1b[" + digits + "u") == "other ESC[" + digits + "u");
  CHECK(decoded("\x1b[" + digits + "1u") == "other ESC[" + digits + "1  text u");
  CHECK(decoded("\x1bP" + body + "\x07~") == "report ESCP" + body + "<07>  text ~");
  CHECK(decoded("\x1bP" + body + "a\x07~") == "report ESCP" + body + "a  text <07>~");
  CHECK(decoded("\x1b[?" + std::string(4092, '1') + "c") ==
        "report ESC[?" + std::string(4092, '1') + "c");
  CHECK(decoded("\x1b[?" + std::string(4093, '1') + "c") ==
        "report ESC[?" + std::string(4093, '1') + "  text c");
}

TEST_CASE("all from the mark that begins a paste to the one that ends it is pasted") {
  check({
      {"keys and reports in it", "\x1b[200~a\r~.\x1b[13u\x1b[I\x1b[201~~",
       "pasted ESC[200~aCR~.ESC[13uESC[IESC[201~  text ~"},
      {"half a mark", "\x1b[200~\x1b[20\x1b[201\x1b\x1b[201~~",
       "pasted ESC[200~ESC[20ESC[201ESCESC[201~  text ~"},
      {"no end", "\x1b[200~a\x1b[201", "pasted ESC[200~aESC[201"},
      {"not such a mark", "\x1b[200;1~\x1b[2000~", "other ESC[200;1~ESC[2000~"},
  });
}

TEST_CASE("a paste is over when the user says so") {
  vt::key_decoder decoder;
  std::vector<piece> all;
  read_once(decoder, "\x1b[200~a\x1b[20", all);
  CHECK(decoder.in_paste());
  decoder.paste_is_over();
  CHECK_FALSE(decoder.in_paste());
  read_once(decoder, "1~\x1b[97u\x1b[201~", all);
  CHECK(shown(joined(all)) ==
        "pasted ESC[200~aESC[20  text 1~  key ESC[97u = a @97  other ESC[201~");
}

TEST_CASE("saying that a paste is over ends nothing else") {
  vt::key_decoder decoder;
  std::vector<piece> all;
  read_once(decoder, "\x1b[9", all);
  decoder.paste_is_over();
  read_once(decoder, "7u", all);
  CHECK(shown(joined(all)) == "key ESC[97u = a @97");
}

TEST_CASE("only what may become a key is a part") {
  for (const std::string start : {"\x1b", "\x1b[", "\x1b[1;2:", "\x1bO"}) {
    CAPTURE(start);
    CHECK(decoded(start).substr(0, 4) == "part");
  }
  for (const std::string start :
       {"\x1b[?", "\x1b[M", "\x1b[<1;2", "\x1bP", "\x1b]11;", "\x1b[4$"}) {
    CAPTURE(start);
    CHECK(decoded(start).substr(0, 6) == "report");
  }
}

TEST_CASE("pieces are views into the bytes given") {
  const std::string bytes = "ls\x1b[97u";
  std::string_view rest = bytes;
  vt::key_decoder decoder;
  CHECK(decoder.next(rest)->bytes.data() == bytes.data());
  CHECK(decoder.next(rest)->bytes.data() == bytes.data() + 2);
}

TEST_CASE("each byte of a US keyboard has its key") {
  const std::vector<std::pair<char, char32_t>> rows = {
      {'~', 96},    {'`', 96},     {'.', 46},     {'>', 46},     {'a', 97},
      {'A', 97},    {'#', 51},     {'?', 47},     {'\r', 13},    {'\t', 9},
      {'\x1b', 27}, {'\n', 106},   {'\x1a', 122}, {'\x1d', 93},  {'\x1e', 54},
      {'\0', 50},   {'\x7f', 127}, {' ', 32},     {'\xe9', 233},
  };
  for (const auto& [byte, key] : rows) {
    CAPTURE(shown(std::string_view(&byte, 1)));
    CHECK(vt::us_key_of(byte) == key);
  }
}
