"""Exports as people really save them: other languages, marks and calendars, lines of totals, headers in two rows. All made up."""

from __future__ import annotations

GERMAN = {  # cp1252, semicolons, decimal commas, ids with leading zeros, `last, first`, a line of totals
    "Firmen.csv": "Kundennr.;Firma;Branche;Betreuer;Angelegt am\n00017;Müller GmbH;Handel;Jörg Groß;01.02.2025\n"
    "00018;Bäckerei Öz;Lebensmittel;Anna Weiß;05.03.2025\n",
    "Verkaufschancen.csv": "Nr.;Bezeichnung;Kundennr.;Betreuer;Phase;Betrag (EUR);Angelegt am;Abschluss am\n"
    "1;Flotte;00017;Jörg Groß;Angebot;€ 1.234,50;01.12.2026;31.12.2026\n"
    "2;Öfen;00018;Anna Weiß;Gewonnen;€ 48.000,00;03.10.2026;15.11.2026\n"
    "3;Kräne;00017;Jörg Groß;Verloren;€ 500,00;03.09.2026;20.10.2026\nSumme;;;;;€ 49.734,50;;\n",
    "Ansprechpartner.csv": "Name;Firma;E-Mail;Funktion\nHuber, Hans;Müller GmbH;hans@mueller.example;Einkauf\n",
}
TABS = {  # tabs in UTF-16, seconds since 1970
    "Opportunities.tsv": "OppId\tName\tAccountId\tOwner\tStage\tAmount\tCreated\tClose Date\n"
    "0001\tFleet\t007\tAda Seller\tProposal\t48000\t1764547200\t1777593600\n"
    "0002\tVans\t008\tBen Okoye\tWon\t900\t1762128000\t1764720000\n",
    "Accounts.tsv": "AccountId\tName\tOwner\n007\tDelta\tAda Seller\n008\tElm\tBen Okoye\n0071\tFir\tBen Okoye\n",
}
MAC = {  # Mac Roman, two rows of headers, one name twice, amounts with kr and in brackets
    "deals.csv": "Deal;;Client;;Money;;Dates;\nName;Status;Name;City;Value;Owner;Opened;Closed\n"
    "Flotte;Open;Zürich Räder;Zürich;48 000,50 kr;Jörg Groß;2026-01-15;\n"
    "Öfen;Won;Café Élan;Genève;1 234,50 kr;Åsa Lind;2026-01-10;2026-02-02\n"
    "Kräne;Lost;Café Élan;Genève;(500);Åsa Lind;2026-01-11;2026-02-03\n",
}
SERIAL = {  # days of a spreadsheet, flags in words instead of stages, line breaks in cells, an empty file, a header alone
    "accounts.csv": 'Account ID,Account Name,Account Owner,Notes\nA-1,"Delta\nFreight",ada@example.com,"called\ntwice, friendly"\n'
    "A-2,Elm,ben@example.com,\n",
    "opportunities.csv": "Opportunity ID,Opportunity Name,Account ID,Owner Email,Is Closed,Is Won,Amount,Created Date,Close Date\n"
    "O-1,Fleet,A-1,ada@example.com,No,No,48000,46037,46143\nO-2,Vans,A-2,ben@example.com,Yes,Yes,900,45992,46055\n"
    "O-3,Ovens,A-2,ben@example.com,Yes,No,700,45990,46050\n",
    "contacts.csv": "Contact ID,Account ID,Full Name,Email\n",
    "tasks.csv": "",
    "users.csv": "Email,Name,Active?\nada@example.com,Ada Seller,aktiv\nben@example.com,Ben Okoye,inaktiv\n",
}
REPORT = {  # every cell quoted, a currency for each deal, totals and notes below the table
    "report1700000000.csv": '"Opportunity Owner","Account Name","Opportunity Name","Stage","Amount Currency","Amount","Close Date",'
    '"Created Date","Next Step"\n"Ada Seller","Delta","Fleet","Proposal","EUR","48000.00","5/1/2026","1/15/2026","Send offer"\n'
    '"Ben Okoye","Elm","Ovens","Closed Won","USD","900.00","2/2/2026","12/20/2025",""\n'
    '"Ben Okoye","Elm","Mixers","Closed Lost","USD","700.00","2/13/2026","12/21/2025",""\n'
    '"Grand Totals (3 records)","","","","","49600.00","","",""\n\n"Confidential - do not distribute"\n',
}
SWEDISH = {  # a mark before semicolons, milliseconds since 1970, the currency in the header
    "kunder.csv": "id;company name;account manager;created\n01;Volvo Åkeri;Lind, Åsa;1751328000000\n"
    "02;Ikea;Berg, Ola;1751328000000\n",
    "affärer.csv": "deal id;deal;company;account manager;stage;value (SEK);created;closed\n"
    "1;Lastbil;Volvo Åkeri;Lind, Åsa;Offert;1 234 500,50;1767225600000;\n"
    "2;Hyllor;Ikea;Berg, Ola;Vunnen;900,00;1767225600000;1769904000000\n"
    "3;Lampor;Ikea;Berg, Ola;Förlorad;(500,00);1767225600000;1769904000000\n",
}
CLOUD = {  # ids beside names, pipelines in the stages, a deal of two companies, a contact without a name
    "all-companies.csv": "Record ID,Company name,Company owner,Create Date\n901,Delta,Ada Seller,2025-11-03 10:00\n"
    "902,Elm,Ben Okoye,2025-11-04 10:00\n",
    "all-contacts.csv": "Record ID,First Name,Last Name,Email,Contact owner,Company\n501,Dana,Lee,d@example.com,Ada Seller,"
    "Delta\n502,,,info@example.com,,\n",
    "all-deals.csv": "Record ID,Deal Name,Deal Stage,Close Date,Owner,Amount,Pipeline,Associated Company,Create Date,Currency\n"
    "11,Fleet,Contract Sent (Sales),2026-05-01 10:00,Ada Seller,48000.5,Sales,Delta,2026-01-15 09:20,EUR\n"
    "12,Ovens,Closed Won (Sales),2026-02-02 10:00,Ben Okoye,1200,Sales,Elm,2025-11-20 10:00,EUR\n"
    "13,Vans,Closed Lost (Sales),2026-02-03 10:00,,1200,Sales,Elm;Delta,2025-11-20 10:00,USD\n",
}
