package main

import "testing"

func TestByteSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ByteSize{
		"0": 0, "1": 1, "17B": 17, "64KiB": 64 * kibibyte, "512MiB": 512 * mebibyte, "512 MiB": 512 * mebibyte, "10GiB": 10 * gibibyte, "2TiB": 2 * tebibyte,
		"": -1, "MiB": -1, "-1MiB": -1, "1.5GiB": -1, "10GB": -1, "10 gib": -1, "9999999999TiB": -1, "99999999999999999999": -1, "0x10": -1,
	} {
		var got ByteSize
		err := got.UnmarshalText([]byte(text))
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q is read as %d, %v", text, got, err)
		}
	}
	for size, want := range map[ByteSize]string{0: "0", 1: "1", 1024: "1KiB", 1536: "1536", 256 * mebibyte: "256MiB", 10 * gibibyte: "10GiB", 1025 * mebibyte: "1025MiB"} {
		if got := size.String(); got != want {
			t.Errorf("%d is written %q", size, got)
		}
	}
}
