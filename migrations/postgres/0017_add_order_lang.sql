-- What the customer reads, and so the language of letters. Orders from before it got theirs in Korean.
ALTER TABLE orders ADD COLUMN lang TEXT NOT NULL DEFAULT 'ko' CHECK (lang IN ('ko', 'en'));
